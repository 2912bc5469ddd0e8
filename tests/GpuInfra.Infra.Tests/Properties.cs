// A Pulumi deployment is one per process: the SDK does not support tests in parallel.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
