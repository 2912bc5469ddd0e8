using System.Collections.Immutable;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>Rows and what they cost.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Effective">Their effective cost, as far as it can be read, in the currency at hand.</param>
public readonly record struct RowSum(long Rows, decimal Effective)
{
    internal RowSum Plus(long rows, decimal effective) => new(Rows + rows, Effective + effective);
}

/// <summary>
/// What FOCUS exports say of a month, added up: nothing that was in them is left out, only put where it belongs. Memory is bounded whatever they
/// hold: beyond <see cref="MostOwners"/> owners the rest is one.
/// </summary>
public sealed class FocusBill
{
    /// <summary>Owners told apart.</summary>
    public const int MostOwners = 10_000;

    /// <summary>What the owners beyond that are called.</summary>
    public const string OtherOwners = "(others)";

    private const int MostTold = 5;
    private const int MostGroups = 100;

    private readonly Dictionary<(string Cloud, CostOwner Owner), BillLine> _lines = [];
    private readonly SortedDictionary<string, RowSum> _unread = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RowSum> _outside = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RowSum> _foreign = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _hours = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<PlanProblem>> _told = new(StringComparer.Ordinal);

    /// <summary>All rows.</summary>
    public long Rows { get; private set; }

    /// <summary>What was billed in the month and in USD, by cloud and owner.</summary>
    public IReadOnlyDictionary<(string Cloud, CostOwner Owner), BillLine> Lines => _lines;

    /// <summary>Rows that cannot be read, by why; their cost where that can be.</summary>
    public IReadOnlyDictionary<string, RowSum> Unread => _unread;

    /// <summary>Rows of other months, by month.</summary>
    public IReadOnlyDictionary<string, RowSum> Outside => _outside;

    /// <summary>Rows of the month in other currencies, by currency; nothing is converted.</summary>
    public IReadOnlyDictionary<string, RowSum> Foreign => _foreign;

    /// <summary>Rows whose tags cannot be read: their cost is nobody's.</summary>
    public RowSum BadTags { get; private set; }

    /// <summary>Rows of use with a negative cost: refunds within the month, which are in the cost of what they refund.</summary>
    public RowSum Refunds { get; private set; }

    /// <summary>The first rows of each reason that could not be read, by file and line.</summary>
    public ImmutableArray<PlanProblem> Told => [.. _told.Values.SelectMany(told => told)];

    /// <summary>Hours of the month up to the last one for which a cloud billed a machine, by cloud.</summary>
    public IReadOnlyDictionary<string, int> Hours => _hours;

    /// <summary>USD as invoiced.</summary>
    public decimal Billed => _lines.Values.Sum(line => line.Billed);

    /// <summary>USD, purchases spread over what they cover.</summary>
    public decimal Effective => _lines.Values.Sum(line => line.Effective);

    /// <summary>USD of a kind.</summary>
    public decimal Of(ChargeKind kind) => _lines.Values.Sum(line => line[kind]);

    /// <summary>Both together.</summary>
    public static FocusBill Sum(IEnumerable<FocusBill> bills)
    {
        var sum = new FocusBill();
        foreach (var bill in bills)
        {
            sum.Add(bill);
        }

        return sum;
    }

    internal void Count() => Rows++;

    internal BillLine Line(string cloud, CostOwner owner)
    {
        if (_lines.TryGetValue((cloud, owner), out var line))
        {
            return line;
        }

        if (_lines.Count >= MostOwners)
        {
            (cloud, owner) = (OtherOwners, new CostOwner(OtherOwners, null, null));
        }

        return _lines.TryGetValue((cloud, owner), out line) ? line : _lines[(cloud, owner)] = new BillLine();
    }

    internal void CannotRead(string reason, PlanProblem row, decimal effective)
    {
        _unread[reason] = _unread.GetValueOrDefault(reason).Plus(1, effective);
        Tell(reason, row);
    }

    internal void CannotReadTags(PlanProblem row, decimal effective)
    {
        BadTags = BadTags.Plus(1, effective);
        Tell("tags", row);
    }

    internal void IsOutside(Month month, decimal effective) => Add(_outside, month.ToString(), effective);

    internal void IsForeign(string currency, decimal effective) => Add(_foreign, currency, effective);

    internal void IsRefund(decimal effective) => Refunds = Refunds.Plus(1, effective);

    internal void Reaches(string cloud, int hours) => _hours[cloud] = Math.Max(_hours.GetValueOrDefault(cloud), hours);

    private void Add(FocusBill other)
    {
        Rows += other.Rows;
        BadTags = BadTags.Plus(other.BadTags.Rows, other.BadTags.Effective);
        Refunds = Refunds.Plus(other.Refunds.Rows, other.Refunds.Effective);
        foreach (var ((cloud, owner), line) in other._lines.OrderBy(line => line.Key.Cloud, StringComparer.Ordinal).ThenBy(line => line.Key.Owner.ToString(), StringComparer.Ordinal))
        {
            Line(cloud, owner).Add(line);
        }

        foreach (var (mine, theirs) in new[] { (_unread, other._unread), (_outside, other._outside), (_foreign, other._foreign) })
        {
            foreach (var (key, sum) in theirs)
            {
                mine[key] = mine.GetValueOrDefault(key).Plus(sum.Rows, sum.Effective);
            }
        }

        foreach (var (cloud, hours) in other._hours)
        {
            Reaches(cloud, hours);
        }

        foreach (var (reason, row) in other._told.SelectMany(told => told.Value.Select(row => (told.Key, row))))
        {
            Tell(reason, row);
        }
    }

    private void Tell(string reason, PlanProblem row)
    {
        if (!_told.TryGetValue(reason, out var told))
        {
            _told[reason] = told = [];
        }

        if (told.Count < MostTold)
        {
            told.Add(row);
        }
    }

    private static void Add(SortedDictionary<string, RowSum> groups, string key, decimal effective)
    {
        key = groups.ContainsKey(key) || groups.Count < MostGroups ? key : OtherOwners;
        groups[key] = groups.GetValueOrDefault(key).Plus(1, effective);
    }
}
