"""The text emotion network: a small convolution over hashed words, trained on GoEmotions."""
