"""From scores to confidence: ``emer calibrate`` fits it on labelled material of one domain."""
