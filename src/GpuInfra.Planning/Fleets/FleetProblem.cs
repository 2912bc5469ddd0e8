using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>
/// The fleet of one month as an integer program: whole instances of each choice and purchase, at least cost.
/// <para>
/// Notation. Servings s; clouds c with shares σ_c and a tolerance τ; choices k, each an offer in a pool p(k) of one serving, with zones
/// Z_k, rate u_k (requests per second of an instance, which is all its machines where a replica spans several), replicas g_k and purchases t at a price π_kt a month of which m_kt can be had.
/// P_s peak to hold (with headroom), B_s demand that reservations carry, Q_s P95 demand, ζ_s and κ_s what survives the loss of a
/// zone and of a cloud, R_s fewest replicas, N_s offers in a cloud at most. Limits l with a_lkt used by an instance of k bought as t and L_l allowed; S most to spend.
/// </para>
/// <para>
/// Decide n_kt ∈ ℕ instances (n_k their sum), w_k ∈ ℕ the most of them in one zone, s_k ∈ ℕ how often a rolling update starts b_k instances beside them where that takes of a limit (once for every e_k beyond the first d_k), y_o ∈ {0, 1} whether offer o is used, where not all may be v_r ∈ {0, 1} whether a serving runs in region r where a cloud has several, f_c ∈ [σ_c − τ, σ_c + τ] the share that a cloud carries where τ > 0. Minimise Π + Σ π_kt n_kt, where Π is what held capacity is paid used or not, such that, for each serving:
/// </para>
/// <list type="bullet">
/// <item>peak of c: Σ_{k∈c} u_k n_k + σ_c E ≥ f_c P, with Σ f_c = 1, where E = Σ u_k n_k over choices outside the clouds: what these carry comes off the whole, and the clouds share the rest;</item>
/// <item>reserve of c: Σ_{k∈c reserved} u_k n_k + σ_c E ≥ σ_c B;</item>
/// <item>zone z: Σ u_k n_k − Σ_{k: z∈Z_k} u_k w_k ≥ ζQ, where |Z_k| w_k ≥ n_k (a group spreads evenly, and any zone may have the odd one);</item>
/// <item>cloud c: Σ_{k∉c} u_k n_k ≥ κQ; replicas: Σ g_k n_k ≥ R;</item>
/// <item>offers: n_k ≤ M_k y_o; Σ y_o ≤ N in each cloud; Σ y_o ≤ 1 in each pool, because a group starts one instance type;</item>
/// <item>regions of a cloud with several: y_o ≤ v_r, Σ v_r ≤ 1, because a serving's endpoint and weights are in one region of a cloud;</item>
/// <item>over servings: Σ a_lkt n_kt + Σ a'_lk b_k s_k ≤ L_l for each limit, where e_k s_k ≥ n_k − d_k, and Π + Σ π_kt n_kt ≤ S.</item>
/// </list>
/// <para>
/// Requests routed by size. A serving may have sizes b with shares φ_b of its requests; a choice then has a rate μ_kb for each, zero where it takes none of
/// it. In each situation the shares x_kb ∈ [0, 1] of a size's requests that a choice is sent are decided anew, since after a loss requests may go wherever
/// they can be held: the peak of c has Σ_{k∈c} x_kb ≥ f_c for each b and Σ_b φ_b P x_kb / μ_kb ≤ n_k; the reserve of c the same of σ_c B over reserved
/// choices; the loss of zone z Σ_k x_kb ≥ 1 and Σ_b φ_b ζQ x_kb / μ_kb ≤ n_k, less w_k where z ∈ Z_k; the loss of cloud c the same of κQ over k ∉ c.
/// A cloud's part of the requests is as mixed as the whole: no router stands before the clouds that would sort it. With one size
/// these rows are those above.
/// </para>
/// <para>
/// Rates are divided by the serving's peak, so that rows read as shares of it. The bound is that of linear relaxations, see
/// <see cref="FleetOptimizer"/>. Ties: fewer instances, then fewer reserved ones, then the earlier choices by name.
/// </para>
/// </summary>
/// <param name="Servings">What is to be served, ordered by name.</param>
/// <param name="Limits">What servings share, ordered by name.</param>
/// <param name="MostMonthly">The most to spend in a month; null when the plan sets no ceiling.</param>
internal sealed record FleetProblem(ImmutableArray<ServingNeed> Servings, ImmutableArray<SharedLimit> Limits, decimal? MostMonthly = null)
{
    /// <summary>What is paid in a month whatever is chosen: held capacity, used or not.</summary>
    public decimal Paid { get; init; }

    /// <summary>The same in the order of names: ties are decided by it.</summary>
    public FleetProblem Ordered() => this with
    {
        Servings =
        [
            .. Servings.OrderBy(serving => serving.Name, StringComparer.Ordinal).Select(serving => serving with
            {
                Clouds = [.. serving.Clouds.OrderBy(cloud => cloud.Cloud)],
                Choices = [.. serving.Choices.OrderBy(choice => choice.Offer, StringComparer.Ordinal).ThenBy(choice => choice.Tier).ThenBy(choice => choice.Place, StringComparer.Ordinal)],
            }),
        ],
        Limits = [.. Limits.OrderBy(limit => limit.Name, StringComparer.Ordinal)],
    };
}

/// <summary>What a serving needs and what it may run on.</summary>
internal sealed record ServingNeed
{
    /// <summary>The serving.</summary>
    public required string Name { get; init; }

    /// <summary>Requests per second to be held, with headroom; above zero.</summary>
    public required double Peak { get; init; }

    /// <summary>Requests per second of the P95 minute.</summary>
    public double P95 { get; init; }

    /// <summary>Requests per second that reservations carry; zero when nothing is reserved.</summary>
    public double Baseline { get; init; }

    /// <summary>What survives, as shares of the P95 demand.</summary>
    public Survival Survive { get; init; } = Survival.None;

    /// <summary>Shares of the peak by cloud, adding up to one.</summary>
    public required ImmutableArray<CloudShare> Clouds { get; init; }

    /// <summary>How far a cloud's share may lie from what the plan says, either way, as a fraction of the whole.</summary>
    public double Tolerance { get; init; }

    /// <summary>Shares of the requests by size, adding up to one; empty where requests are not routed by size.</summary>
    public ImmutableArray<double> Sizes { get; init; } = [];

    /// <summary>A cloud that need not carry anything, so that the others may carry its share: to see what the share costs. Null in every plan.</summary>
    public CloudProvider? Excused { get; init; }

    /// <summary>Replicas at least.</summary>
    public int FewestReplicas { get; init; }

    /// <summary>Offers that it may run on in a cloud at a time, at least 1: each further one is another group to run, watch and drain.</summary>
    public int MostOffers { get; init; } = int.MaxValue;

    /// <summary>What it may run on, ordered by pool and offer.</summary>
    public required ImmutableArray<PoolChoice> Choices { get; init; }

    /// <summary>Those of some limits that its choices take of.</summary>
    public ImmutableArray<SharedLimit> Using(ImmutableArray<SharedLimit> limits)
    {
        var names = limits.IsEmpty ? [] : Choices.SelectMany(choice => choice.Uses
            .Concat(choice.Surge?.Uses ?? []).Concat(choice.Purchases.SelectMany(purchase => purchase.Uses))).Select(use => use.Limit).ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? [] : [.. limits.Where(limit => names.Contains(limit.Name))];
    }

    /// <summary>The least that a cloud carries of the peak, as a fraction.</summary>
    public double Least(CloudShare cloud) => Excused == cloud.Cloud ? 0 : Math.Max(0, cloud.Share - Tolerance);

    /// <summary>The most of the peak that counts as carried by a cloud, as a fraction.</summary>
    public double Most(CloudShare cloud) => Excused is null ? Math.Min(1, cloud.Share + Tolerance) : 1;

    /// <summary>Whether clouds may carry more or less than their shares.</summary>
    public bool HasFreeShares => Clouds.Length > 1 && (Tolerance > 0 || Excused is not null);
}

/// <summary>A cloud's share of a serving's peak.</summary>
internal sealed record CloudShare(CloudProvider Cloud, double Share);

/// <summary>An offer that a pool may run on.</summary>
internal sealed record PoolChoice
{
    /// <summary>The pool's id. A pool runs on one of its choices at a time.</summary>
    public required string Pool { get; init; }

    /// <summary>The offer's id.</summary>
    public required string Offer { get; init; }

    /// <summary>The cloud.</summary>
    public required CloudProvider Cloud { get; init; }

    /// <summary>The region.</summary>
    public required string Region { get; init; }

    /// <summary>The tier.</summary>
    public required Tier Tier { get; init; }

    /// <summary>The zone, where held machines stand in one: each has its own numbers. Null for machines that spread.</summary>
    public string? Place { get; init; }

    /// <summary>Zones that instances spread over, ordered by name; at least one.</summary>
    public required ImmutableArray<string> Zones { get; init; }

    /// <summary>
    /// Requests per second of one instance; above zero. Where requests are routed by size, so that <c>Peak / Rate</c> instances take all
    /// the requests that it can.
    /// </summary>
    public required double Rate { get; init; }

    /// <summary>Requests per second of one instance by size, zero where it takes none; empty where requests are not routed by size.</summary>
    public ImmutableArray<double> SizeRates { get; init; } = [];

    /// <summary>Machines of what is called an instance here: one, or all that a replica spans (<see cref="Bundle"/>).</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Replicas on one instance: several where it has several GPUs, or GPUs that several replicas share.</summary>
    public required int Replicas { get; init; }

    /// <summary>Ways to pay for it; at least one.</summary>
    public required ImmutableArray<Purchase> Purchases { get; init; }

    /// <summary>What an instance takes of the limits, however it is paid for.</summary>
    public ImmutableArray<LimitUse> Uses { get; init; } = [];

    /// <summary>True where it is outside the clouds.</summary>
    public bool IsExternal => Cloud == CloudProvider.External;

    /// <summary>The part of what it carries that counts as carried for a cloud: all in its own, the cloud's share where it is outside of them.</summary>
    public double PartFor(CloudShare cloud) => Cloud == cloud.Cloud ? 1 : IsExternal ? cloud.Share : 0;

    /// <summary>True for an offer's choice, in whichever way it is split.</summary>
    public bool IsOf(string offer) => Offer == offer || Offer.StartsWith(offer + "/", StringComparison.Ordinal);

    /// <summary>The least that one more instance may cost in a month.</summary>
    public decimal Cheapest => Purchases.Length == 1 ? Purchases[0].Monthly : Purchases.Min(purchase => purchase.Monthly);

    /// <summary>Instances at least: above zero only where a search has branched on their number.</summary>
    public int Least => Purchases.Sum(purchase => purchase.Least);

    /// <summary>What a rolling update starts beside its instances, null when nothing is started.</summary>
    public Surge? Surge { get; init; }

    /// <summary>What an instance takes of one limit when it is paid for in this way.</summary>
    public double Use(string limit, Purchase purchase) => Of(Uses, limit) + Of(purchase.Uses, limit);

    /// <summary>What an instance that a rolling update starts takes of one limit.</summary>
    public double SurgeUse(string limit) => Surge is null ? 0 : Of(Surge.Uses, limit);

    /// <summary>The least that an instance takes of one limit.</summary>
    public double LeastUse(string limit) => Purchases.Min(purchase => Use(limit, purchase));

    /// <summary>The most that an instance takes of one limit.</summary>
    public double MostUse(string limit) => Purchases.Max(purchase => Use(limit, purchase));

    private static double Of(ImmutableArray<LimitUse> uses, string limit) =>
        uses.IsEmpty ? 0 : uses.Where(use => use.Limit == limit).Sum(use => use.Amount);
}

/// <summary>A way to pay for an instance: at list price, or as held capacity, whose cost is fixed and of which there is only so much.</summary>
/// <param name="Term">What it is called, as <c>list</c>.</param>
/// <param name="Monthly">What one more instance costs in a month.</param>
/// <param name="Most">Instances to be had so; null when there is no limit.</param>
internal sealed record Purchase(string Term, decimal Monthly, int? Most = null)
{
    /// <summary>Instances to be had so at least: above zero only where a search has branched on their number.</summary>
    public int Least { get; init; }

    /// <summary>What an instance takes of the limits when it is paid for in this way, beside what its choice takes.</summary>
    public ImmutableArray<LimitUse> Uses { get; init; } = [];
}

/// <summary>A limit that servings share, as a quota.</summary>
/// <param name="Name">Its name in the LP file.</param>
/// <param name="Words">What it is to the plan's author, as <c>the quota of P instances in us-east-1</c>.</param>
/// <param name="Most">What all servings together may use.</param>
internal sealed record SharedLimit(string Name, string Words, double Most)
{
    /// <summary>What is counted, as <c>vCPUs</c>.</summary>
    public string Unit { get; init; } = "";

    /// <summary>How more of it can be had; null where the plan itself says how much there is.</summary>
    public Func<int, string>? Mend { get; init; }
}

/// <summary>What an instance takes of a limit.</summary>
internal sealed record LimitUse(string Limit, double Amount);
