using System.Globalization;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>Numbers with a unit and a range. A range that a value leaves is told in the value's own unit.</summary>
internal static class Quantities
{
    private const string Digits = @"(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?";

    /// <summary>Yes or no.</summary>
    public static PlanValue<bool> YesOrNo { get; } = new ScalarValue<bool>(
        "true or false",
        (node, _) => node.Text switch
        {
            "true" => true,
            "false" => false,
            _ => Parsed<bool>.Refused($"{HumanUnits.Quote(node.Text)} must be true or false"),
        },
        () => new JsonObject { ["type"] = "boolean" },
        value => value ? "true" : "false");

    /// <summary>A number, with k, M, B or T for large ones.</summary>
    public static PlanValue<double> Number(double least, double most, string leastText, string mostText) => new ScalarValue<double>(
        "a number",
        (node, _) => HumanUnits.Number(node.Text).Then(value => InRange(node, value, value >= least && value <= most, leastText, mostText)),
        () => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number", ["minimum"] = least, ["maximum"] = most },
                Text($"^{Digits} ?[kKMBT]?$", $"From {leastText} to {mostText}; k, M, B and T are thousands, millions, billions, trillions.")),
        },
        value => value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A whole number.</summary>
    public static PlanValue<int> WholeNumber(int least, int most) => new ScalarValue<int>(
        "a whole number",
        (node, _) => HumanUnits.Number(node.Text).Then(value =>
            value != Math.Floor(value)
                ? Parsed<double>.Refused($"{HumanUnits.Quote(node.Text)} is not a whole number")
                : InRange(node, value, value >= least && value <= most, Plain(least), Plain(most))).Then<int>(value => (int)value),
        () => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most },
                Text($"^{Digits} ?[kKMBT]?$", $"From {Plain(least)} to {Plain(most)}.")),
        },
        Plain);

    /// <summary>A percentage.</summary>
    public static PlanValue<Share> Percentage(double leastPercent, double mostPercent) => new ScalarValue<Share>(
        "a percentage, as 70%",
        (node, _) => HumanUnits.Share(node.Text).Then(value =>
            InRange(node, value, value.Percent >= leastPercent && value.Percent <= mostPercent, Percent(leastPercent), Percent(mostPercent))),
        () => leastPercent > 0
            ? Text($"^{Digits} ?%$", $"From {Percent(leastPercent)} to {Percent(mostPercent)}.")
            : new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    Text($"^({Digits} ?%|0)$", $"From 0% to {Percent(mostPercent)}."),
                    new JsonObject { ["const"] = 0 }),
            },
        value => Percent(value.Percent));

    /// <summary>A length of time.</summary>
    public static PlanValue<TimeSpan> Duration(string least, string most) => new ScalarValue<TimeSpan>(
        "a duration with its unit, as 50ms, 2s, 30m or 12h",
        (node, _) => HumanUnits.Duration(node.Text).Then(value =>
            InRange(node, value, value >= HumanUnits.Duration(least).Value && value <= HumanUnits.Duration(most).Value, least, most)),
        () => Text($"^{Digits} ?(ms|s|m|h)$", $"From {least} to {most}; m is minutes."),
        Show);

    /// <summary>Whole days, as <c>90d</c>.</summary>
    public static PlanValue<int> Days(int least, int most) => new ScalarValue<int>(
        "a number of days, as 90d",
        (node, _) => node.Text.EndsWith('d') && int.TryParse(node.Text.AsSpan(0, node.Text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days)
            ? InRange(node, days, days >= least && days <= most, $"{Plain(least)}d", $"{Plain(most)}d")
            : Parsed<int>.Refused($"{HumanUnits.Quote(node.Text)} is not a number of days: write it as 90d"),
        () => Text("^[1-9][0-9]*d$", $"From {Plain(least)}d to {Plain(most)}d."));

    /// <summary>US dollars.</summary>
    public static PlanValue<Usd> Money(string least, string most) => new ScalarValue<Usd>(
        "an amount of US dollars, as $150k",
        (node, _) => HumanUnits.Money(node.Text).Then(value =>
        {
            var (low, high) = (HumanUnits.Money(least).Value, HumanUnits.Money(most).Value);
            return InRange(node, value, value.Amount >= low.Amount && value.Amount <= high.Amount, least, most);
        }),
        () => Text($@"^\${Digits} ?[kKMBT]?$", $"US dollars, from {least} to {most}."));

    /// <summary>A demand percentile, as <c>p50</c>.</summary>
    public static PlanValue<int> Percentile() => new ScalarValue<int>(
        "a percentile, as p50",
        (node, _) => node.Text.StartsWith('p')
            && int.TryParse(node.Text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            && value is >= 1 and <= 99
            ? value
            : Parsed<int>.Refused($"{HumanUnits.Quote(node.Text)} is not a percentile: write it from p1 to p99, as p50"),
        () => Text("^p[1-9][0-9]?$", "From p1 to p99."));

    private static Parsed<T> InRange<T>(ScalarNode node, T value, bool inside, string least, string most) => inside
        ? value
        : Parsed<T>.Refused(least == most
            ? $"{HumanUnits.Quote(node.Text)} must be {least}"
            : $"{HumanUnits.Quote(node.Text)} is outside the range from {least} to {most}");

    private static JsonObject Text(string pattern, string comment) =>
        new() { ["type"] = "string", ["pattern"] = pattern, ["$comment"] = comment };

    private static string Plain(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Percent(double percent) => FormattableString.Invariant($"{percent:0.###}%");

    private static string Show(TimeSpan value) => value switch
    {
        { TotalSeconds: < 1 } => FormattableString.Invariant($"{value.TotalMilliseconds:0.###}ms"),
        { TotalMinutes: < 1 } => FormattableString.Invariant($"{value.TotalSeconds:0.###}s"),
        { TotalHours: < 1 } => FormattableString.Invariant($"{value.TotalMinutes:0.###}m"),
        _ => FormattableString.Invariant($"{value.TotalHours:0.###}h"),
    };
}
