"""Points, head pose and shapes of a face: distilled from MediaPipe's face landmarker."""
