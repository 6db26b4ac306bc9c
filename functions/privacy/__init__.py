"""Privacy: exports, erasures, legal holds, retention, anonymised copies."""
