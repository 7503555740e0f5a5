"""Timestamps, seals, signature checks and sealed files: what a judge relies on.

A library with a few tables of its own; it knows no consultation and no bid.
The only package that imports pyHanko, pyrage, asn1crypto and typst.
"""
