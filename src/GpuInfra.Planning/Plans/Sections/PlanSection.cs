using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Ledgers;
using GpuInfra.Planning.Plans.Reading;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>A whole plan file.</summary>
internal static class PlanSection
{
    public static readonly Key<int> Version = Key.Required("version", Quantities.WholeNumber(1, 1), "Version of this file's format: 1.");

    public static readonly Key<string?> Extends = Key.Optional(
        Inheritance.KeyName,
        new ScalarValue<string>("the name of a plan file beside this one", (node, _) => node.Text, () => new() { ["type"] = "string" }),
        "A plan file beside this one to start from. This file wins key by key; servings and workloads are merged by name, other lists and "
        + "growth are replaced, and null takes an inherited key away.");

    public static readonly Key<DeploymentEnvironment> Environment = Key.Required(
        "environment",
        new ChoiceValue<DeploymentEnvironment>(
            new("dev", DeploymentEnvironment.Dev), new("staging", DeploymentEnvironment.Staging), new("prod", DeploymentEnvironment.Prod)),
        "What the stack is for: dev, staging or prod. Protection follows it, not the stack's name.");

    public static readonly Key<Platform> Platform = Key.Optional(
        "platform",
        new ChoiceValue<Platform>(
            new("vm", Plans.Platform.Vm),
            new("kubernetes", Plans.Platform.Kubernetes)),
        "Where replicas run: vm (instance groups) or kubernetes (a cluster in each region).",
        Plans.Platform.Vm);

    public static readonly Key<Month> Start = Key.Required(
        "start", Moments.Month, "First month of the horizon, as 2026-12: demand figures are this month's.");

    public static readonly Key<Month?> AsOf = Key.OptionalNumber(
        "asOf", Moments.Month, "The month whose fleet is deployed: a reviewed value, never the clock. Default: start.");

    public static readonly Key<LockUse> Lock = Key.Optional(
        "lock",
        new ChoiceValue<LockUse>(new("none", LockUse.None), new("required", LockUse.Required)),
        "What is deployed: required takes the fleet that plan --write has committed and nothing else, none plans anew with every deployment.",
        LockUse.None);

    public static readonly Key<int> HorizonMonths = Key.Optional("horizonMonths", Quantities.WholeNumber(1, 60), "Months planned ahead.", 12);

    public static readonly Key<ImmutableArray<KeyValuePair<string, Team>>> Teams = Key.Optional(
        "teams", TeamSection.Value, "Teams that own workloads, by name.", []);

    public static readonly Key<ImmutableArray<CloudTarget>> Clouds = Key.RequiredList(
        "clouds", CloudSection.Value, "Clouds that the fleet is on.");

    public static readonly Key<Growth> Growth = Key.Optional(
        "growth",
        GrowthSection.Value,
        "How every workload grows that does not say so itself. By the horizon's end conservative reaches 1.5, middle 2 and aggressive 3 times "
        + "the demand.",
        Plans.Growth.None);

    public static readonly Key<Share> Headroom = Key.Optional(
        "headroom", Quantities.Percentage(0, 400), "Capacity above the planned peak.", Share.FromPercent(20));

    public static readonly Key<Share> Confidence = Key.Optional(
        "confidence",
        Quantities.Percentage(50, 95),
        "Share of replicas that are to reach the rate planned for them. Predictions err by a measured band; 50 % plans with the prediction itself.",
        CapacityPlan.DefaultConfidence);

    public static readonly Key<int> OffersPerCloud = Key.Optional(
        "offersPerCloud",
        Quantities.WholeNumber(1, 8),
        "Offers (instance types in a region) that a serving may run on side by side in each cloud. More is cheaper, and more groups to run.",
        1);

    public static readonly Key<ImmutableArray<UtilizationBand>> Utilization = Key.Optional(
        "utilization",
        UtilizationSection.Value,
        "How busy servings are to be in the planned peak minute, by kind, as online: { atLeast: 70%, atMost: 90% }. Left out, nothing is asked.",
        []);

    public static readonly Key<Share> ShareTolerance = Key.Optional(
        "shareTolerance",
        Quantities.Percentage(0, 50),
        "How far each cloud's part of a serving's peak may lie from its share, either way, where that is cheaper.",
        default);

    public static readonly Key<StabilityDraft?> Stability = Key.Optional(
        "stability", StabilitySection.Value, "When a running fleet stays where it is. Left out, a serving moves for 5% of its cost.");

    public static readonly Key<ImmutableArray<Obsolescence>> Obsolete = Key.Optional(
        "obsolete", ObsoleteSection.Value, "GPUs on their way out: from a month on they are not chosen, and what runs on them moves by then.", []);

    public static readonly Key<SurvivalDraft?> Survive = Key.Optional(
        "survive", SurvivalSection.Value, "What must still be served after a loss; a serving may say otherwise. Left out, nothing is promised.");

    public static readonly Key<LossAssumptions?> Losses = Key.Optional(
        "losses", LossSection.Value, "How often places are lost and for how long, as you assume it: expected penalties follow. Left out, nothing is assumed.");

    public static readonly Key<ImmutableArray<ServingDraft>> Servings = Key.Optional(
        "servings",
        new ListValue<ServingDraft>(ServingSection.Value, mayBeEmpty: true),
        "Models at a precision and a latency class, shared by workloads; replicas exist per serving.",
        []);

    public static readonly Key<ImmutableArray<WorkloadDraft>> Workloads = Key.RequiredList(
        "workloads", new ListValue<WorkloadDraft>(WorkloadSection.Value), "Streams of demand.");

    public static readonly Key<Purchasing> Purchasing = Key.Optional(
        "purchasing",
        PurchasingSection.Value,
        "Which capacity is reserved and which may be spot. Left out, all is on demand.",
        PurchasingSection.Nothing);

    public static readonly Key<ImmutableArray<HeldCommitment>> Commitments = Key.Optional(
        "commitments",
        new ListValue<HeldCommitment>(CommitmentSection.Value, mayBeEmpty: true),
        "Commitments already bought, paid used or not. A machine under one costs what it is not committed to; what covers nothing is in the total.",
        []);

    public static readonly Key<AccountLedger> Ledger = Key.Optional(
        "ledger",
        LedgerSection.Value,
        "A file beside this one that says what the accounts hold and may start, and which stack was given how much of it.",
        AccountLedger.Empty);

    public static readonly Key<AvailabilityBook> Availability = Key.Optional(
        "availability",
        AvailabilitySection.Value,
        "A file beside this one that says what was seen of capacity. Left out, nothing is known of it, and everything counts as to be had.",
        AvailabilityBook.Unknown);

    public static readonly Key<ShutdownDraft?> Shutdown = Key.Optional(
        "shutdown", ShutdownSection.Value, "When machines may be stopped. Left out, never.");

    public static readonly Key<BudgetDraft?> Budget = Key.Optional("budget", BudgetSection.Value, "What may be spent. Left out, nothing is watched.");

    public static readonly Key<Allocation> Allocation = Key.Optional(
        "allocation",
        new ChoiceValue<Allocation>(new("gpuTime", Plans.Allocation.GpuTime), new("spend", Plans.Allocation.Spend), new("evenly", Plans.Allocation.Evenly)),
        "How what several teams share is charged to them by gpuinfra actuals: by planned GPU time, by what else each spends, or evenly.",
        Plans.Allocation.GpuTime);

    public static readonly Key<TagPolicy> Tags = Key.Optional("tags", TagSection.Value, "Tags beyond GpuInfra's own.", TagSection.None);

    public static readonly Key<ImmutableArray<RetirementDraft>> Retire = Key.Optional(
        "retire",
        RetireSection.Value,
        "Servings, regions and clouds taken out of the plan whose resources may be deleted. Without it their deletion counts as a slip.",
        []);

    public static readonly Key<IncidentDraft?> Incident = Key.Optional(
        "incident",
        IncidentSection.Value,
        "Places that are lost for a while: the deployed month is planned again on what remains, and nothing that runs is lowered, moved or stopped.");

    public static readonly Key<CloudProvider?> Scope = Key.OptionalNumber(
        "scope",
        new ChoiceValue<CloudProvider>(new("aws", CloudProvider.Aws), new("gcp", CloudProvider.Gcp)),
        "The one cloud that is deployed, while the other is left as it is. Only with pulumi up --target: see docs/recovery/cloud-api-down.md.");

    public static readonly Key<ImmutableArray<DrainingPool>> Draining = Key.Optional(
        "draining",
        DrainingSection.Value,
        "Pools that this plan no longer chooses and that keep their machines until their successors are healthy: deploy, then take them out.",
        []);

    public static readonly Key<ResidencyDraft?> Residency = Key.Optional(
        "residency", ResidencySection.Value, "Where data may be processed and kept; a serving may say otherwise. Left out, in every region named.");

    public static readonly Key<PriceTerms> Prices = Key.Optional(
        "prices", PriceSection.Value, "What you pay other than list prices, and how old prices may be.", PriceTerms.List);

    public static readonly Key<LeadTimes> LeadTimes = Key.Optional(
        "leadTimes", LeadTimeSection.Value, "How long before its first day capacity must be asked for: order lists and calendars go by it.", Plans.LeadTimes.Default);

    public static readonly Key<ImmutableArray<Freeze>> Freeze = Key.Optional(
        "freeze", FreezeSection.Value, "Days on which only increases and mending of incidents may be deployed.", []);

    public static readonly Key<ImmutableArray<Waiver>> Waivers = Key.Optional(
        "waivers", WaiverSection.Value, "Policies that may be broken somewhere, each with its reason and its last day.", []);

    public static readonly Key<RouterDraft?> Router = Key.Optional(
        "router", RouterSection.Value, "How requests come to servings: it deploys routers. Left out, none are, and requests are planned to be shared out by capacity.");

    public static readonly Key<MonitoringPlan?> Monitoring = Key.Optional(
        "monitoring", MonitoringSection.Value, "What watches the fleet and whom it tells: machines then run exporters. Left out, they run none.");

    public static readonly Key<ImmutableArray<RecoveryDraft>> Recovery = Key.Optional(
        "dr",
        RecoverySection.Value,
        "A region that stands by for the loss of another of its cloud, with all data and no machine, as { region: us-west-2, rto: 4h, rpo: 1h }; a list for both clouds. Left out, none does.",
        []);

    public static readonly Key<StorageDraft?> Storage = Key.Optional(
        "storage", StorageSection.Value, "How long what is kept in buckets and logs stays, and in which class, by kind of data. Left out, checkpoints of jobs stay for two weeks and all else for ever.");

    public static readonly Section<CapacityPlan> Value = new(
        [
            Version, Extends, Environment, Platform, Start, AsOf, Lock, HorizonMonths, Teams, Clouds, Growth, Headroom, Utilization, ShareTolerance, OffersPerCloud, Stability, Obsolete, Confidence,
            Survive, Losses, Servings, Workloads, Purchasing, Commitments, Ledger, Availability, Shutdown, Budget, Allocation, Tags, Residency, Prices, LeadTimes, Freeze, Retire, Draining, Incident, Scope, Recovery, Router, Monitoring, Storage, Waivers,
        ],
        Build);

    private static CapacityPlan Build(Fields fields)
    {
        PlanRules.Check(fields);
        var references = new References(fields);
        var servings = references.Servings();
        RouterSection.Check(fields, servings);
        BudgetSection.Check(fields, servings);
        return new CapacityPlan
        {
            Environment = fields.Get(Environment),
            Platform = fields.Get(Platform),
            Start = fields.Get(Start),
            AsOf = fields.Get(AsOf) ?? fields.Get(Start),
            Lock = fields.Get(Lock),
            HorizonMonths = fields.Get(HorizonMonths),
            Teams = TeamSection.Named(fields.Get(Teams)),
            Clouds = RecoverySection.Applied(fields),
            Growth = fields.Get(Growth),
            Headroom = fields.Get(Headroom),
            Utilization = fields.Get(Utilization),
            Confidence = fields.Get(Confidence),
            ShareTolerance = fields.Get(ShareTolerance),
            OffersPerCloud = fields.Get(OffersPerCloud),
            MovesFrom = fields.Get(Stability)?.MovesFrom ?? CapacityPlan.DefaultMovesFrom,
            Obsolete = ObsoleteSection.Ordered(fields.Get(Obsolete)),
            Survive = references.Survive,
            Losses = fields.Get(Losses),
            Servings = servings,
            Workloads = references.Workloads(),
            Purchasing = fields.Get(Purchasing),
            Commitments = [.. fields.Get(Commitments).OrderBy(commitment => commitment.Name, StringComparer.Ordinal)],
            Ledger = fields.Get(Ledger),
            Availability = fields.Get(Availability),
            Shutdown = fields.Get(Shutdown)?.Shutdown,
            Budget = fields.Get(Budget)?.Budget,
            Allocation = fields.Get(Allocation),
            Tags = fields.Get(Tags),
            Residency = fields.Get(Residency)?.Residency ?? Plans.Residency.Anywhere,
            Discounts = fields.Get(Prices).Discounts,
            MaxPriceAgeDays = fields.Get(Prices).MaxAgeDays,
            LeadTimes = fields.Get(LeadTimes),
            Freezes = FreezeSection.Sorted(fields.Get(Freeze)),
            Retired = RetireSection.Sorted(fields.Get(Retire)),
            Draining = DrainingSection.Ordered(fields.Get(Draining)),
            Router = fields.Get(Router)?.Router ?? RouterPlan.Plain,
            Monitoring = fields.Get(Monitoring),
            Storage = fields.Get(Storage)?.Storage ?? StoragePlan.Default,
            Incident = fields.Get(Incident)?.Incident,
            Scope = fields.Get(Scope),
            Waivers = WaiverSection.Ordered(fields.Get(Waivers)),
        };
    }
}
