"""Which of ten thousand campaigns an event concerns: ours against rule engines."""
