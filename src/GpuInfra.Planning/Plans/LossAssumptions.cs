namespace GpuInfra.Planning.Plans;

/// <summary>
/// What whoever plans assumes of how often places are lost and for how long. Nothing of it is known here, so that there are no defaults, and it moves no fleet:
/// expected penalties follow from it.
/// </summary>
/// <param name="Zone">Of each zone, and of each site outside the clouds; null where nothing is assumed.</param>
/// <param name="Region">Of each region with all its zones, beside losses of a zone.</param>
/// <param name="Cloud">Of each cloud with all its regions, beside both.</param>
public sealed record LossAssumptions(LossAssumption? Zone, LossAssumption? Region, LossAssumption? Cloud)
{
    /// <summary>What is assumed of a kind of place; null where nothing is.</summary>
    public LossAssumption? Of(LostKind kind) => kind switch
    {
        LostKind.Zone => Zone,
        LostKind.Region => Region,
        _ => Cloud,
    };
}

/// <summary>How often a place is lost and for how long.</summary>
/// <param name="PerYear">Losses of one place in a year, on average; at least 0.</param>
/// <param name="Lasts">From the loss until the place serves again.</param>
/// <param name="Source">Where the figures come from, in a few words.</param>
public sealed record LossAssumption(Estimate<double> PerYear, Estimate<TimeSpan> Lasts, string Source);
