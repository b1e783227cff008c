"""What ships with fatiao: the default model, vocabulary and sample documents (imported as ``fatiao_data``)."""
