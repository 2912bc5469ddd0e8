namespace GpuInfra.Planning.Plans;

/// <summary>Jobs that a batch serving takes from a queue: its pools have as many machines as jobs need, from none to the planned size, in the window that is priced.</summary>
/// <param name="JobsPerMachine">Jobs that wait or run for each machine, 1 to 1,000. Default: 1.</param>
/// <param name="Checkpoint">How often what is done is kept in the bucket, 1 minute to 1 hour. Default: 5 minutes.</param>
public sealed record JobQueue(int JobsPerMachine, TimeSpan Checkpoint);
