-- What a cosine means for a model: that of pairs of statements that have nothing to do with each other, at the levels of
-- tane.vectors.scale. Measured by the night; NULL before, and for the built-in encoder, whose scale ships.
ALTER TABLE embedding_models ADD COLUMN unlike real[];
