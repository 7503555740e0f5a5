"""A response filled in page after page: the document as questions, answers back into the document. Pure.

What is typed is kept even when it cannot be read as what it should be: it then stands in the document as the text
it is, and is told as a gap. Nothing else is stored, so that leaving and coming back loses nothing.
"""
