"""What learners know."""
