"""How well calls are routed: grading against labels, intervals, tables, and the plain peer."""
