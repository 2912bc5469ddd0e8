namespace GpuInfra.Planning.Finance.Actuals;

/// <summary>What a charge is, by how it is told from others.</summary>
public enum ChargeKind
{
    /// <summary>Use of machines: compute by the hour.</summary>
    Machine,

    /// <summary>Use of anything else: disks, traffic, endpoints.</summary>
    Beside,

    /// <summary>A commitment or reservation that is paid and was not used.</summary>
    Idle,

    /// <summary>Something bought: a commitment's price is in the effective cost of what it covers and not here.</summary>
    Purchase,

    /// <summary>Taxes.</summary>
    Tax,

    /// <summary>Credits that a cloud granted.</summary>
    Credit,

    /// <summary>What fits nowhere else.</summary>
    Adjustment,

    /// <summary>A correction of a month that was invoiced before.</summary>
    Correction,
}

/// <summary>What was billed of one owner in one cloud, in the month that is looked at. Costs are effective: purchases spread over what they cover.</summary>
public sealed class BillLine
{
    private readonly decimal[] _effective = new decimal[Enum.GetValues<ChargeKind>().Length];

    /// <summary>Rows.</summary>
    public long Rows { get; private set; }

    /// <summary>USD as invoiced.</summary>
    public decimal Billed { get; private set; }

    /// <summary>Hours of machines: of AWS machine hours, of Google Cloud GPU hours, since it bills a machine in parts.</summary>
    public decimal Hours { get; private set; }

    /// <summary>Those that were billed at the standard price.</summary>
    public decimal StandardHours { get; private set; }

    /// <summary>What machines cost that were billed at the standard price, in USD.</summary>
    public decimal Standard { get; private set; }

    /// <summary>USD of a kind.</summary>
    public decimal this[ChargeKind kind] => _effective[(int)kind];

    /// <summary>USD of all kinds.</summary>
    public decimal Effective => _effective.Sum();

    internal void Add(ChargeKind kind, decimal billed, decimal effective, decimal hours, bool isStandard)
    {
        Rows++;
        Billed += billed;
        _effective[(int)kind] += effective;
        Hours += hours;
        if (isStandard)
        {
            (Standard, StandardHours) = (Standard + effective, StandardHours + hours);
        }
    }

    internal void Add(BillLine other)
    {
        (Rows, Billed, Hours, Standard, StandardHours) = (Rows + other.Rows, Billed + other.Billed, Hours + other.Hours, Standard + other.Standard, StandardHours + other.StandardHours);
        for (var kind = 0; kind < _effective.Length; kind++)
        {
            _effective[kind] += other._effective[kind];
        }
    }
}
