"""The worker: claims batches of jobs, works them off, and answers for them until they are settled."""
