using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary><c>queue</c> of a batch serving.</summary>
internal static class QueueSection
{
    private static readonly Key<int> JobsPerMachine = Key.Optional("jobsPerMachine", Quantities.WholeNumber(1, 1000), "Jobs that wait or run for each machine.", 1);

    private static readonly Key<TimeSpan> Checkpoint = Key.Optional(
        "checkpoint", Quantities.Duration("1m", "1h"), "How often what is done is kept in the bucket; at a spot machine's notice it is in any case.", TimeSpan.FromMinutes(5));

    public static readonly PlanValue<JobQueue> Value = new Section<JobQueue>(
        [JobsPerMachine, Checkpoint], fields => new JobQueue(fields.Get(JobsPerMachine), fields.Get(Checkpoint)));
}
