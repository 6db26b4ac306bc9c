"""Privacy: what tables declare about people, carried out: export, erasure, legal holds, retention, anonymised copies."""
