"""What has to be right before the first call, tried out for real where that is possible."""
