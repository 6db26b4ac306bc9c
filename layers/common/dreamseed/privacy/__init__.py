"""Privacy: what tables declare about people, carried out: export, erasure, retention, anonymised copies."""
