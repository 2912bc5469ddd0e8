namespace GpuInfra.Planning.Replays;

/// <summary>What became of requests. Every one that came is in exactly one of the others: <see cref="IsConserved"/>.</summary>
public sealed record RequestCounts
{
    /// <summary>Requests that came.</summary>
    public long Arrived { get; internal set; }

    /// <summary>Answered to the end.</summary>
    public long Served { get; internal set; }

    /// <summary>Served within what is promised; all served where nothing is.</summary>
    public long Kept { get; internal set; }

    /// <summary>Refused with 429, since they would have waited too long.</summary>
    public long Rejected { get; internal set; }

    /// <summary>Refused, and sent to an API instead.</summary>
    public long Overflowed { get; internal set; }

    /// <summary>Broken off when their replica was lost.</summary>
    public long Lost { get; internal set; }

    /// <summary>In the system at the end, waiting or under way.</summary>
    public long Queued { get; internal set; }

    /// <summary>Of <see cref="Queued"/>, those that are late already.</summary>
    public long Overdue { get; internal set; }

    /// <summary>Share of requests that were served within what is promised, of all whose fate is known; 1 when there were none.</summary>
    public double Attainment => Arrived - Queued + Overdue is > 0 and var decided ? (double)Kept / decided : 1;

    /// <summary>True when nothing came out of nowhere and nothing went nowhere.</summary>
    public bool IsConserved => Arrived == Served + Rejected + Overflowed + Lost + Queued && Kept <= Served && Overdue <= Queued;
}
