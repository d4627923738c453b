"""How people weigh a voice against a face, fitted to the votes of CREMA-D's raters."""
