"""Trains the weights of ``speech_emotion`` and measures them on speakers that it has not heard."""
