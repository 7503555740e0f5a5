"""The model into elements of ESPD, one module an edition or a part; `dume.build` is the way in."""
