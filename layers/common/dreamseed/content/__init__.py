"""What is taught and asked: concepts and how they build on each other, items in versions, banks of them."""
