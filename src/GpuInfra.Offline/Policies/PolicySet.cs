using System.Collections.Immutable;

namespace GpuInfra.Offline.Policies;

/// <summary>The policies that a deployment must keep, each group in the order in which it is shown.</summary>
internal static class PolicySet
{
    /// <summary>What a preview is judged by.</summary>
    public static ImmutableArray<Policy<Evidence>> OfRecord { get; } =
    [
        RunRules.Schema,
        RunRules.Resolved,
        RunRules.PlanDeployed,
        RunRules.PoolsDeployed,
        SurvivalRules.Survival,
        SurvivalRules.SurvivalReplay,
        RouteRules.BackendLoss,
        CostRules.AsPlanned,
        BudgetRules.BudgetAlerts,
        SecretRules.NoPlaintextSecret,
        AccessRules.LeastPrivilege,
        AddressRules.NoPublicAddress,
        BucketRules.NoPublicBucket,
        TrafficRules.NoOpenIngress,
        TrafficRules.NoOpenEgress,
        MonitorRules.ExportersPrivate,
        MachineRules.ImdsV2,
        EncryptionRules.EncryptionAtRest,
        BucketRules.TlsOnly,
        FileRules.SharedFiles,
        LifecycleRules.WeightsStay,
        KeyRules.OwnKeys,
        TagRules.Tags,
        PurchaseRules.SpotNeverOnline,
        ApprovalRules.Approved,
        ReservationRules.ReservationTargeted,
        LossRules.IrrevocableProtected,
        LossRules.DeletionProtection,
        LossRules.LogRetention,
        GroupRules.NoFixedNames,
        GroupRules.PinnedTemplateVersion,
        GroupRules.LadderWeights,
        CombinationRules.AcceptedCombinations,
        SurgeRules.SurgeFits,
        SpanRules.FabricWhereSpanned,
        ScalingRules.ScalingBounded,
        ShutdownRules.FunctionGuarded,
        ShutdownRules.StopFenced,
        HaltRules.HaltAsPlanned,
        ClusterSettingRules.ClustersClosed,
        PodRules.PodsRestricted,
        PodRules.NamespacesClosed,
        WaiverRules.Waivers,
    ];

    /// <summary>What the changes since an earlier record are judged by, where one is given.</summary>
    public static ImmutableArray<Policy<DiffEvidence>> OfDiff { get; } =
    [
        DiffRules.Protected,
        DiffRules.Irrevocable,
        DiffRules.UnknownReplace,
        LastPoolRules.LastPool,
        FreezeRules.Freeze,
        WaiverRules.DiffWaivers,
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Policy> All { get; } = [.. OfRecord, .. OfDiff];

    /// <summary>The policy of an id; null when there is none.</summary>
    public static Policy? Find(string id) => All.FirstOrDefault(policy => policy.Id == id);
}
