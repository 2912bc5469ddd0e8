using System.Collections.Immutable;
using System.Text.Json;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Drift;

/// <summary>What a serving's requests were seen to spend their time on: sums over a time, of all replicas.</summary>
/// <param name="Serving">Its name.</param>
/// <param name="Requests">Requests ended.</param>
/// <param name="InputTokens">Input tokens read.</param>
/// <param name="OutputTokens">Output tokens generated.</param>
/// <param name="QueueSeconds">Waited for a place.</param>
/// <param name="PrefillSeconds">Prompts being read.</param>
/// <param name="DecodeSeconds">Tokens being generated after the first.</param>
/// <param name="TotalSeconds">From arrival to the last token.</param>
public sealed record ObservedPhases(
    string Serving, double Requests, double InputTokens, double OutputTokens, double QueueSeconds, double PrefillSeconds, double DecodeSeconds, double TotalSeconds);

/// <summary>
/// Where a serving's time and money go, phase by phase: waiting, reading the prompt, generating, and the rest (tokenising, detokenising, sending). Its machines'
/// cost is shared by the seconds that requests spend in each phase: who waits or is being sent holds machines up no less than who generates, so a phase's part is what
/// a serving would save at most by doing without it.
/// </summary>
public sealed record PhaseAudit
{
    private const double SecondsPerHour = 3600;
    private const int Thousand = 1000;

    /// <summary>The serving.</summary>
    public required string Serving { get; init; }

    /// <summary>Requests ended.</summary>
    public required double Requests { get; init; }

    /// <summary>What its machines cost over the time by the plan.</summary>
    public required Usd Cost { get; init; }

    /// <summary>The phases, in the order of a request.</summary>
    public required ImmutableArray<AuditedPhase> Phases { get; init; }

    /// <summary>What 1,000 tokens cost, read or generated.</summary>
    public required Usd PerThousandTokens { get; init; }

    /// <summary>The audit of each of a fleet's servings that was seen to answer requests, in the fleet's order.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="observed">What was seen.</param>
    /// <param name="over">Over what time.</param>
    public static ImmutableArray<PhaseAudit> Of(FleetPlan fleet, IReadOnlyCollection<ObservedPhases> observed, TimeSpan over) =>
    [
        .. from serving in fleet.Servings
           let seen = observed.FirstOrDefault(seen => seen.Serving == serving.Serving.Name)
           where seen is { Requests: > 0, TotalSeconds: > 0 }
           let hourly = fleet.Pools.Where(pool => pool.Serving == seen.Serving).Sum(pool => pool.Hourly.Amount)
           select Of(seen, new Usd(hourly * (decimal)(over.TotalSeconds / SecondsPerHour))),
    ];

    /// <summary>Writes audits as a member of an object: members are added, never renamed.</summary>
    public static void Write(Utf8JsonWriter json, ImmutableArray<PhaseAudit> audits) => json.WriteObjects("servings", audits, audit =>
    {
        json.WriteString("serving", audit.Serving);
        json.WriteNumber("requests", audit.Requests);
        json.WriteNumber("costUsd", audit.Cost.Amount);
        json.WriteNumber("usdPerThousandTokens", audit.PerThousandTokens.Amount);
        json.WriteObjects("phases", audit.Phases, phase =>
        {
            json.WriteString("phase", phase.Name);
            json.WriteNumber("secondsPerRequest", phase.SecondsPerRequest);
            json.WriteNumber("part", phase.Part);
            json.WriteNumber("tokensPerSecond", phase.TokensPerSecond);
            json.WriteNumber("costUsd", phase.Cost.Amount);
            json.WriteNumber("usdPerThousandTokens", phase.PerThousandTokens.Amount);
        });
    });

    private static PhaseAudit Of(ObservedPhases seen, Usd cost)
    {
        var tokens = seen.InputTokens + seen.OutputTokens;
        var rest = Math.Max(0, seen.TotalSeconds - seen.QueueSeconds - seen.PrefillSeconds - seen.DecodeSeconds);
        var total = seen.QueueSeconds + seen.PrefillSeconds + seen.DecodeSeconds + rest;
        return new PhaseAudit
        {
            Serving = seen.Serving,
            Requests = seen.Requests,
            Cost = cost,
            PerThousandTokens = PerThousand(cost, tokens),
            Phases =
            [
                Phase("queue", seen.QueueSeconds, tokens),
                Phase("prefill", seen.PrefillSeconds, seen.InputTokens),
                Phase("decode", seen.DecodeSeconds, seen.OutputTokens),
                Phase("post", rest, tokens),
            ],
        };

        AuditedPhase Phase(string name, double seconds, double phaseTokens)
        {
            var part = new Usd(cost.Amount * (decimal)(seconds / total));
            return new AuditedPhase(name, seconds / seen.Requests, seconds / total, seconds > 0 ? phaseTokens / seconds : 0, part, PerThousand(part, phaseTokens));
        }
    }

    private static Usd PerThousand(Usd cost, double tokens) => new(tokens > 0 ? cost.Amount / (decimal)tokens * Thousand : 0);
}

/// <summary>A phase of a serving's requests.</summary>
/// <param name="Name"><c>queue</c>, <c>prefill</c>, <c>decode</c> or <c>post</c>.</param>
/// <param name="SecondsPerRequest">Mean seconds that a request spends in it.</param>
/// <param name="Part">Part of all seconds, 0 to 1.</param>
/// <param name="TokensPerSecond">Tokens of a request that get through it in a second: input tokens for prefill, output tokens for decode, both otherwise; zero where nobody spends time in it.</param>
/// <param name="Cost">Its part of the cost.</param>
/// <param name="PerThousandTokens">The same for 1,000 of its tokens.</param>
public sealed record AuditedPhase(string Name, double SecondsPerRequest, double Part, double TokensPerSecond, Usd Cost, Usd PerThousandTokens);
