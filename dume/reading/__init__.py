"""Elements of ESPD into the model, one module a family or a part; `dume.parse` is the way in."""
