using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Ledgers;

/// <summary>
/// Machines outside the plan's clouds, of a fixed number: rented at RunPod, Lambda or CoreWeave, leased, on premises. Requests are sent to them;
/// nothing here starts or stops them.
/// </summary>
public sealed record ExternalCapacity
{
    /// <summary>Its name in the ledger.</summary>
    public required string Id { get; init; }

    /// <summary>Who runs it, its region, how many machines there are and which stack has how many of them. The account is the provider's name.</summary>
    public required Grant Grant { get; init; }

    /// <summary>The site: one place, which is lost as a whole.</summary>
    public required string Site { get; init; }

    /// <summary>The GPU, by catalog id.</summary>
    public required string Gpu { get; init; }

    /// <summary>GPUs of a machine, at least 1.</summary>
    public required int GpusPerMachine { get; init; }

    /// <summary>Its first day.</summary>
    public required DateOnly Start { get; init; }

    /// <summary>Its last day; null when it has none yet.</summary>
    public required DateOnly? End { get; init; }

    /// <summary>What a machine costs for an hour.</summary>
    public required UsdPerHour Hourly { get; init; }

    /// <summary>True when a machine is paid only while a serving has it; false when all are paid, used or not. Default: false.</summary>
    public bool IsPaidByUse { get; init; }

    /// <summary>Where its replicas answer, as an https address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Servings that may use it; empty for all.</summary>
    public ImmutableArray<string> Servings { get; init; } = [];

    /// <summary>True when a fleet of a month may count on it: it is there from the first day to the last.</summary>
    public bool HoldsIn(Month month)
    {
        var first = new DateOnly(month.Year, month.Number, 1);
        return Start <= first && (End is null || End >= first.AddMonths(1).AddDays(-1));
    }

    /// <summary>True when it holds machines of an offer.</summary>
    public bool IsOf(Offer offer) => (offer.Cloud, offer.Region, offer.InstanceType) == (CloudProvider.External, Grant.Region, Id);

    /// <summary>True when a serving may use it, its residency aside.</summary>
    public bool IsFor(string serving) => Servings.IsEmpty || Servings.Contains(serving);

    /// <summary>
    /// The same as an offer of one zone, its site, that nothing can start. The machine type is the row's id. What is not known of it, as its disk and
    /// network, has no part in sizing.
    /// </summary>
    public Offer AsOffer()
    {
        var source = $"ledger, external {Id}";
        var machine = new Machine(
            CloudProvider.External, Id, Gpu, GpusPerMachine, false, null, null, default, null, null, null, null, false, null, null, source, Start);
        return new Offer(Grant.Region, machine, [new OfferZone(Site, null)], [], null, source, Start);
    }
}
