"""What the night computes, each a top-level function of the run's folder, called in the compute pool.

Arrays travel as files; what a function returns is small and goes into the report.
"""
