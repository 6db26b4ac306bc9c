"""Items, banks and the knowledge graph, for those who write and review them."""
