using System.Collections.Immutable;

namespace GpuInfra.Offline.Diff;

/// <summary>What a diff reads of a serving.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">Its model.</param>
/// <param name="TokensPerSecond">Input and output tokens per second of the mean minute.</param>
/// <param name="Headroom">Capacity above the planned peak, as a fraction of it.</param>
/// <param name="Survival">What is served after each loss, by the replays of <c>survivability</c>, else by the fleet's arithmetic.</param>
/// <param name="SloAttainment">The share of requests at P95 demand that keep their latency while nothing is lost, replayed; null where nothing was.</param>
public sealed record ServingFacts(
    string Name, string Model, double TokensPerSecond, double Headroom, ImmutableArray<SurvivalFacts> Survival, double? SloAttainment);

/// <summary>What a serving keeps after a loss.</summary>
/// <param name="Lost">What is lost, as <c>zone use1-az1</c>.</param>
/// <param name="Remaining">What is served then, as a fraction of the P95 demand.</param>
/// <param name="Required">What must be.</param>
/// <param name="Holds">Whether it is.</param>
/// <param name="Attainment">The share of P95 demand that is served within the promised latency after it, replayed; null where nothing was.</param>
/// <param name="Needed">What that must be; null where nothing was replayed.</param>
public sealed record SurvivalFacts(string Lost, double Remaining, double Required, bool Holds, double? Attainment = null, double? Needed = null);

/// <summary>A price book.</summary>
/// <param name="AsOf">Its oldest price's date.</param>
/// <param name="Hash">Its SHA-256.</param>
public sealed record PriceBookFacts(DateOnly AsOf, string Hash);

/// <summary>What a fleet takes of a quota.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="Code">The quota's code.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Needed">What is needed in the deployed month.</param>
/// <param name="Assigned">What the stack was given; null when the ledger does not say.</param>
/// <param name="Most">The most of any month of the horizon.</param>
/// <param name="MostIn">That month.</param>
public sealed record QuotaFacts(string Cloud, string Region, string Code, string Unit, int Needed, int? Assigned, int Most, string MostIn);

/// <summary>Machines to ask for.</summary>
/// <param name="Pool">For which pool.</param>
/// <param name="InstanceType">Their type.</param>
/// <param name="Instances">How many more.</param>
/// <param name="Month">From which month on.</param>
/// <param name="OrderBy">The last day to ask.</param>
public sealed record OrderFacts(string Pool, string InstanceType, int Instances, string Month, DateOnly OrderBy);

/// <summary>An incident that a fleet was planned in.</summary>
/// <param name="Until">Its last day.</param>
/// <param name="Reason">Why.</param>
public sealed record IncidentFacts(DateOnly Until, string Reason);
