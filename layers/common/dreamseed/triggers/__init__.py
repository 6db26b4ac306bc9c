"""One module for each kind of trigger: `build_handler(function)` makes the Lambda handler that the platform calls."""
