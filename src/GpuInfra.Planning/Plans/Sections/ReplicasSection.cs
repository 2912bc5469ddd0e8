using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>replicas</c> holds.</summary>
internal sealed record ReplicasDraft(int Fewest);

/// <summary><c>replicas</c> of a serving.</summary>
internal static class ReplicasSection
{
    private static readonly Key<int> Min = Key.Required(
        "min", Quantities.WholeNumber(1, 10_000), "Replicas that run at least, over all clouds, whatever the demand.");

    public static readonly PlanValue<ReplicasDraft> Value = new Section<ReplicasDraft>([Min], fields => new ReplicasDraft(fields.Get(Min)));
}
