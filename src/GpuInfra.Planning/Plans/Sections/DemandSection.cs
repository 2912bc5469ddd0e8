using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Plans.Sections;

/// <summary>What <c>demand</c> holds, and what further checks need to know of it.</summary>
/// <param name="Source">The demand; null when it could not be read.</param>
/// <param name="InputTokens">Mean input tokens of a request.</param>
/// <param name="OutputTokens">Mean output tokens of a request.</param>
/// <param name="RequestsPerSecond">Mean requests per second while the work is done.</param>
/// <param name="Fields">The section.</param>
internal sealed record DemandDraft(DemandSource? Source, double InputTokens, double OutputTokens, double RequestsPerSecond, Fields Fields)
{
    /// <summary>Mean input and output tokens per second.</summary>
    public double TokensPerSecond => RequestsPerSecond * (InputTokens + OutputTokens);

    /// <summary>A demand that could not be read.</summary>
    public static DemandDraft Unread(Fields fields) => new(null, 0, 0, 0, fields);
}

/// <summary>A workload's <c>demand</c>: daily figures, users and their habits, or a measured profile and a scale.</summary>
internal static class DemandSection
{
    /// <summary>
    /// The steepest peak taken: of lognormal minutes with mean 1, the 99.9th percentile cannot exceed exp(z²/2) with z = Φ⁻¹(0.999),
    /// which is 118.4. A test holds it to the load curve's own bound.
    /// </summary>
    public const int MaxPeakToMean = 118;

    public static readonly Key<double?> InputTokensPerDay = Key.OptionalNumber(
        "inputTokensPerDay", Quantities.Number(1, 1e15, "1", "1000T"),
        "Input (prompt) tokens on a day that the work is done on, as 800M. With requestsPerDay instead of profile and scale.");

    public static readonly Key<double?> OutputTokensPerDay = Key.OptionalNumber(
        "outputTokensPerDay", Quantities.Number(0, 1e15, "0", "1000T"),
        "Output (generated) tokens on such a day, as 200M; left out for embeddings.");

    public static readonly Key<double?> RequestsPerDay = Key.OptionalNumber(
        "requestsPerDay", Quantities.Number(1, 1e12, "1", "1T"), "Requests on such a day, as 1M.");

    public static readonly Key<double?> Users = Key.OptionalNumber(
        "users", Quantities.Number(1, 1e11, "1", "100B"),
        "People or programs that send requests on a day, as 50k. With requestsPerUserPerDay and tokens per request.");

    public static readonly Key<double?> RequestsPerUserPerDay = Key.OptionalNumber(
        "requestsPerUserPerDay", Quantities.Number(0.0001, 1e9, "0.0001", "1B"), "Mean requests of one of the users on a day, as 12.");

    public static readonly Key<double?> InputTokensPerRequest = Key.OptionalNumber(
        "inputTokensPerRequest", Quantities.Number(1, 1e8, "1", "100M"), "Mean input (prompt) tokens of a request of the users, as 900.");

    public static readonly Key<double?> OutputTokensPerRequest = Key.OptionalNumber(
        "outputTokensPerRequest", Quantities.Number(0, 1e8, "0", "100M"),
        "Mean output (generated) tokens of such a request, as 250; left out for embeddings.");

    public static readonly Key<DemandProfile?> Profile = Key.Optional(
        "profile", ProfileSection.Value, "A measured request trace, by its name in the catalog or as a file below the plan's folder: rate, lengths and minutes of load come from it.");

    public static readonly Key<double?> Scale = Key.OptionalNumber(
        "scale",
        Quantities.Number(0.000_001, 1_000_000, "0.000001", "1M"),
        "Factor on the profile's request rate: 40 is forty times the trace.");

    public static readonly Key<double?> PeakToMean = Key.OptionalNumber(
        "peakToMean", Quantities.Number(1, MaxPeakToMean, "1", "118"),
        "The peak minute (the 99.9th percentile of minutes) over the mean. Default: the profile's own; 1 for batch and embedding.");

    public static readonly Key<LengthSpread?> InputLengths = Key.Optional(
        "inputLengths", LengthSection.Value,
        "How input lengths are spread: { sigma } or quantiles. Default: the profile's own; exponential around the daily mean.");

    public static readonly Key<LengthSpread?> OutputLengths = Key.Optional("outputLengths", LengthSection.Value, "The same of output lengths.");

    public static readonly Key<RunWindow?> Window = Key.Optional(
        "window",
        WindowSection.Value,
        "The hours that the day's work is done in; left out, it is spread over the day. Not for online servings.");

    public static readonly Key<TimeSpan?> Deadline = Key.OptionalNumber(
        "deadline",
        Quantities.Duration("1h", "24h"),
        "How long after the window's start (00:00 UTC without one) a day's work must be done, as 8h: the planner picks the hours that machines run, "
        + "few for long or more for short, at least cost.");

    private static readonly ImmutableArray<(ImmutableArray<Key> Keys, Func<Fields, DemandDraft> Read)> Forms =
    [
        ([Profile, Scale], Profiled),
        ([InputTokensPerDay, OutputTokensPerDay, RequestsPerDay], Daily),
        ([Users, RequestsPerUserPerDay, InputTokensPerRequest, OutputTokensPerRequest], PerUser),
    ];

    public static readonly PlanValue<DemandDraft> Value = new Section<DemandDraft>(
        [.. Forms.SelectMany(form => form.Keys), InputLengths, OutputLengths, PeakToMean, Window, Deadline], Build);

    private static DemandDraft Build(Fields fields)
    {
        if (Forms.Where(form => form.Keys.Any(fields.Has)).ToList() is not [var given])
        {
            var forms = Forms.Select(form => string.Join(", ", form.Keys.SkipLast(1).Select(key => key.Name)) + $" and {form.Keys[^1].Name}");
            fields.At.Refuse($"needs either {string.Join(", or ", forms)}");
            return DemandDraft.Unread(fields);
        }

        if (fields.Has(Profile) && fields.Has(Deadline))
        {
            fields.Refuse(Deadline, "a profile is work as it comes, minute by minute: give daily figures, or leave it out");
        }

        if (fields.IsSound(Window) && fields.IsSound(Deadline) && fields.Get(Deadline) > fields.Get(Window)?.Length)
        {
            fields.Refuse(Deadline, FormattableString.Invariant($"is longer than the window of {fields.Get(Window)!.Length.TotalHours:0.##} h"));
        }

        var draft = given.Read(fields);
        return draft with
        {
            Source = draft.Source is { } source
                ? source with
                {
                    InputLengths = fields.Get(InputLengths),
                    OutputLengths = fields.Get(OutputLengths),
                    PeakToMean = fields.Get(PeakToMean),
                    Window = fields.Get(Window),
                    Deadline = fields.Get(Deadline),
                }
                : null,
        };
    }

    private static DemandDraft Profiled(Fields fields)
    {
        Require(fields, Profile, Scale);
        foreach (var key in new Key[] { InputLengths, OutputLengths }.Where(fields.Has))
        {
            fields.Refuse(key, "the profile has measured lengths: leave it out, or give daily figures instead of the profile");
        }

        return (fields.Get(Profile), fields.Get(Scale)) is ({ } profile, { } scale)
            ? new DemandDraft(
                new DemandSource.Profiled(profile, scale),
                profile.InputTokens.Mean,
                profile.OutputTokens.Mean,
                profile.RequestsPerSecond * scale,
                fields)
            : DemandDraft.Unread(fields);
    }

    private static DemandDraft Daily(Fields fields)
    {
        Require(fields, InputTokensPerDay, RequestsPerDay);
        if ((fields.Get(InputTokensPerDay), fields.Get(RequestsPerDay)) is not ({ } input, { } requests))
        {
            return DemandDraft.Unread(fields);
        }

        var output = fields.Get(OutputTokensPerDay) ?? 0;
        if (input < requests)
        {
            fields.Refuse(InputTokensPerDay, "is less than one token per request: check it against requestsPerDay");
        }

        return FromFigures(fields, new DemandSource.Daily(input, output, requests), requests, input / requests, output / requests);
    }

    private static DemandDraft PerUser(Fields fields)
    {
        Require(fields, Users, RequestsPerUserPerDay, InputTokensPerRequest);
        if ((fields.Get(Users), fields.Get(RequestsPerUserPerDay), fields.Get(InputTokensPerRequest)) is not ({ } users, { } each, { } input))
        {
            return DemandDraft.Unread(fields);
        }

        var source = new DemandSource.Users(users, each, input, fields.Get(OutputTokensPerRequest) ?? 0);
        return FromFigures(fields, source, source.RequestsPerDay, input, source.OutputTokensPerRequest);
    }

    private static DemandDraft FromFigures(Fields fields, DemandSource source, double requestsPerDay, double input, double output)
    {
        CheckLongest(fields, InputLengths, input);
        CheckLongest(fields, OutputLengths, output);
        var seconds = (fields.IsSound(Window) && fields.Get(Window) is { } window ? window.Length : TimeSpan.FromDays(1)).TotalSeconds;
        return new DemandDraft(source, input, output, requestsPerDay / seconds, fields);
    }

    private static void CheckLongest(Fields fields, Key<LengthSpread?> key, double mean)
    {
        if (fields.IsSound(key) && fields.Get(key) is LengthSpread.Measured { Points: [.., var longest] } && longest.Value < mean)
        {
            fields.Refuse(key, FormattableString.Invariant($"the longest request has {longest.Value:0} tokens, and the mean of the daily figures is {mean:0}"));
        }
    }

    private static void Require(Fields fields, params Key[] keys)
    {
        foreach (var key in keys.Where(key => !fields.Has(key)))
        {
            fields.At.Refuse($"{key.Name} is missing: {key.Description}");
        }
    }
}
