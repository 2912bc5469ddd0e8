using System.Collections.Immutable;

namespace GpuInfra.Offline.Policies;

/// <summary>The policies that a preview must keep.</summary>
internal static class PolicySet
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static ImmutableArray<Policy> All { get; } =
    [
        RunRules.Schema,
        RunRules.Resolved,
        RunRules.PlanDeployed,
        RunRules.PoolsDeployed,
        SurvivalRules.Survival,
        CostRules.AsPlanned,
        SecretRules.NoPlaintextSecret,
        AccessRules.LeastPrivilege,
        AddressRules.NoPublicAddress,
        BucketRules.NoPublicBucket,
        TrafficRules.NoOpenIngress,
        TrafficRules.NoOpenEgress,
        MachineRules.ImdsV2,
        EncryptionRules.EncryptionAtRest,
        BucketRules.TlsOnly,
        EncryptionRules.OwnKeys,
        TagRules.Tags,
        PurchaseRules.SpotNeverOnline,
        ReservationRules.ReservationTargeted,
        LossRules.IrrevocableProtected,
        LossRules.DeletionProtection,
        LossRules.LogRetention,
        GroupRules.NoFixedNames,
        GroupRules.PinnedTemplateVersion,
        GroupRules.LadderWeights,
        SurgeRules.SurgeFits,
        WaiverRules.Waivers,
    ];

    /// <summary>The policy of an id; null when there is none.</summary>
    public static Policy? Find(string id) => All.FirstOrDefault(policy => policy.Id == id);
}
