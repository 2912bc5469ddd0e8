using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>Puts each line of a bill where the plan has its like, and adds up.</summary>
internal sealed class BillComparison
{
    private static readonly ImmutableArray<ChargeKind> NoUse = [ChargeKind.Tax, ChargeKind.Credit, ChargeKind.Adjustment, ChargeKind.Correction];

    private readonly CapacityPlan _plan;
    private readonly FleetStep _step;
    private readonly FocusBill _bill;
    private readonly IReadOnlyDictionary<string, double> _demand;

    /// <summary>Pools by cloud and the value that their tag has there.</summary>
    private readonly Dictionary<(string Cloud, string Tag), Pool> _pools = [];
    private readonly ImmutableArray<Pool> _compared;
    private readonly decimal _unusedPlanned;

    public BillComparison(CapacityPlan plan, FleetStep step, FocusBill bill, IReadOnlyDictionary<string, double> demand)
    {
        (_plan, _step, _bill, _demand) = (plan, step, bill, demand);
        var billed = bill.Lines.Keys.Select(line => line.Cloud).ToHashSet();
        var whole = DateTime.DaysInMonth(step.Month.Year, step.Month.Number) * 24;
        Clouds = [.. plan.Clouds.Select(cloud => cloud.Cloud).Where(cloud => billed.Contains(JsonText.Word(cloud))).Select(cloud => (cloud, bill.Hours.GetValueOrDefault(JsonText.Word(cloud), whole)))];
        _compared = [.. step.Pools.Where(pool => !pool.IsExternal && Clouds.Any(cloud => cloud.Cloud == pool.Cloud))];
        foreach (var pool in _compared)
        {
            _pools[(JsonText.Word(pool.Cloud), pool.Cloud == CloudProvider.Gcp ? GoogleLabel.Of(pool.Id) : pool.Id)] = pool;
        }

        var unused = step.Unused.Where(unused => Clouds.Any(cloud => cloud.Cloud == unused.Cloud)).ToList();
        _unusedPlanned = unused.Sum(unused => unused.Monthly.Amount * Months(unused.Cloud));
        NotCompared = step.Monthly - new Usd(_compared.Sum(pool => pool.Monthly.Amount) + unused.Sum(unused => unused.Monthly.Amount));
    }

    /// <summary>The clouds that are in the bill and in the plan, with the hours billed.</summary>
    public ImmutableArray<(CloudProvider Cloud, int Hours)> Clouds { get; }

    /// <summary>What is planned and in no export.</summary>
    public Usd NotCompared { get; }

    /// <summary>What each pool's machines were billed, in the month's order.</summary>
    public ImmutableArray<PoolBill> Pools()
    {
        var ofPools = new Dictionary<string, BillLine>();
        foreach (var ((cloud, owner), line) in _bill.Lines)
        {
            if (PoolOf(cloud, owner) is { } pool)
            {
                (ofPools.TryGetValue(pool.Id, out var known) ? known : ofPools[pool.Id] = new BillLine()).Add(line);
            }
        }

        return [.. _compared.Select(pool => PoolBill.Of(pool, pool.Monthly.Amount * Months(pool.Cloud), Months(pool.Cloud), ofPools.GetValueOrDefault(pool.Id) ?? new BillLine()))];
    }

    /// <summary>What each serving was billed; sums of columns and rows agree to the cent.</summary>
    public ImmutableArray<ServingBill> Servings()
    {
        var rows = new SortedDictionary<string, (decimal Planned, decimal Billed, decimal[] Parts)>(StringComparer.Ordinal);
        foreach (var ((cloud, owner), line) in _bill.Lines)
        {
            var pool = PoolOf(cloud, owner);
            var use = line.Effective - NoUse.Sum(kind => line[kind]);
            var unplanned = use - line[ChargeKind.Idle];
            if (pool is not null)
            {
                unplanned -= line[ChargeKind.Machine];
            }

            var parts = GapParts.None();
            (parts[(int)GapPart.Idle], parts[(int)GapPart.Unplanned]) = (line[ChargeKind.Idle], unplanned);
            Put(ServingOf(pool, owner) ?? BilledMonth.NoServing, 0, use, parts);
        }

        foreach (var bill in Pools())
        {
            var parts = GapParts.None();
            PoolGap.Add(parts, bill, _demand.TryGetValue(bill.Pool.Serving, out var seen) ? seen : null);
            Put(bill.Pool.Serving, bill.PlannedUsd, 0, parts);
        }

        var idle = GapParts.None();
        idle[(int)GapPart.Idle] = -_unusedPlanned;
        Put(BilledMonth.NoServing, _unusedPlanned, 0, idle);
        ImmutableArray<string> names = [.. rows.Keys.Where(name => name != BilledMonth.NoServing), BilledMonth.NoServing];
        var (expected, billed) = (Cents.Round([.. names.Select(name => rows[name].Planned)]), Cents.Round([.. names.Select(name => rows[name].Billed)]));
        return [.. names.Select((name, index) => new ServingBill(name, expected[index], billed[index], GapParts.InCents(rows[name].Parts, billed[index] - expected[index])))];

        void Put(string serving, decimal planned, decimal billed, decimal[] parts)
        {
            var sum = rows.GetValueOrDefault(serving, (0, 0, GapParts.None()));
            rows[serving] = (sum.Planned + planned, sum.Billed + billed, [.. sum.Parts.Zip(parts, (left, right) => left + right)]);
        }
    }

    /// <summary>What each team is charged.</summary>
    public ImmutableArray<TeamCharge> Teams()
    {
        var chargeback = new Chargeback(_plan, _step);
        foreach (var ((cloud, owner), line) in _bill.Lines)
        {
            var pool = PoolOf(cloud, owner);
            chargeback.Add(TeamOf(cloud, owner.Team) ?? pool?.Team, ServingOf(pool, owner), line.Effective);
        }

        return chargeback.Charges(new Usd(_compared.Sum(pool => pool.Monthly.Amount * Months(pool.Cloud))));
    }

    /// <summary>Hours billed of a cloud as a part of an average month.</summary>
    private decimal Months(CloudProvider cloud) => Clouds.Single(known => known.Cloud == cloud).Hours / UsdPerHour.HoursPerMonth;

    private Pool? PoolOf(string cloud, CostOwner owner) => owner.Pool is { } tag ? _pools.GetValueOrDefault((cloud, tag)) : null;

    /// <summary>The plan's serving that a line is of; null where it is of none.</summary>
    private string? ServingOf(Pool? pool, CostOwner owner) =>
        pool?.Serving ?? _plan.Servings.FirstOrDefault(serving => serving.Name == owner.Serving || GoogleLabel.Of(serving.Name) == owner.Serving)?.Name;

    /// <summary>The team as the plan writes it, where its tag is a label.</summary>
    private string? TeamOf(string cloud, string? tag) => cloud == "gcp" ? _plan.Teams.FirstOrDefault(team => GoogleLabel.Of(team.Name) == tag)?.Name ?? tag : tag;
}
