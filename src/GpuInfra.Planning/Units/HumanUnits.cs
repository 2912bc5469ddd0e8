using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuInfra.Planning.Units;

/// <summary>
/// Reads quantities as people write them: <c>800M</c>, <c>70%</c>, <c>50ms</c>, <c>$150k</c>. The same text means the same value on
/// every machine, to the last bit; what could mean two things is refused with the reason.
/// </summary>
public static partial class HumanUnits
{
    private static readonly string[] Multiples = ["", "k", "M", "B", "T"];
    private static readonly string[] DurationUnits = ["ms", "s", "m", "h"];

    /// <summary>A number with an optional multiple: k (10^3), M (10^6), B (10^9) or T (10^12).</summary>
    public static Parsed<double> Number(string text) =>
        Split(text).Then(parts => Multiple(text, parts.Unit).Then(exponent => parts.Times(exponent)));

    /// <summary>A percentage, as <c>70%</c>. A bare 0 is taken too; any other bare number is refused, since 0.7 could mean two things.</summary>
    public static Parsed<Share> Share(string text) => Split(text).Then(parts => (parts.Unit, parts.Digits) switch
    {
        ("%", _) => parts.Times(0).Then(percent => percent < 0
            ? Parsed<Share>.Refused($"{Quote(text)} is negative")
            : Units.Share.FromPercent(percent)),
        ("", "0") => default(Share),
        ("", _) => Parsed<Share>.Refused($"{Quote(text)} has no unit: {WhichPercentage(parts)}"),
        _ => Parsed<Share>.Refused($"{Quote(text)} is not a percentage: write it as 70%"),
    });

    /// <summary>A length of time with its unit: ms, s, m (minutes) or h.</summary>
    public static Parsed<TimeSpan> Duration(string text) => Split(text).Then(parts => Array.IndexOf(DurationUnits, parts.Unit) switch
    {
        0 => Ticks(text, parts, TimeSpan.TicksPerMillisecond),
        1 => Ticks(text, parts, TimeSpan.TicksPerSecond),
        2 => Ticks(text, parts, TimeSpan.TicksPerMinute),
        3 => Ticks(text, parts, TimeSpan.TicksPerHour),
        _ when parts.Unit.Length == 0 => Parsed<TimeSpan>.Refused(
            $"{Quote(text)} has no unit: write {string.Join(", ", DurationUnits[..^1].Select(unit => parts.Digits + unit))} or {parts.Digits}h"),
        _ => Parsed<TimeSpan>.Refused($"{Quote(text)} is not a duration: its unit is one of ms, s, m (minutes) and h"),
    });

    /// <summary>US dollars with an optional multiple, as <c>$150k</c>.</summary>
    public static Parsed<Usd> Money(string text)
    {
        if (!text.StartsWith('$'))
        {
            return Parsed<Usd>.Refused($"{Quote(text)} is not an amount: write US dollars with a $ before them, as $150k");
        }

        return Split(text[1..]).Then(parts => Multiple(text, parts.Unit).Then(exponent => Dollars(text, parts, exponent)));
    }

    /// <summary>The text in quotes, shortened and without characters that could upset a terminal.</summary>
    public static string Quote(string text)
    {
        const int longest = 60;
        var shown = text.Length > longest ? text[..longest] + "…" : text;
        return $"\"{string.Concat(shown.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '\uFFFD' : letter))}\"";
    }

    /// <summary>A fraction may have been meant as such, or as a small percentage; the author must say.</summary>
    private static string WhichPercentage(NumberParts parts) =>
        decimal.TryParse(parts.Digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1
            ? FormattableString.Invariant($"write {number * 100:0.#####}% or {parts.Digits}%, whichever is meant")
            : $"write a percentage, as {parts.Digits}%";

    private static Parsed<Usd> Dollars(string text, NumberParts parts, int exponent)
    {
        var parsed = decimal.TryParse(parts.Digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount);
        var factor = Enumerable.Repeat(10m, exponent).Aggregate(1m, (product, ten) => product * ten);
        return parsed && Math.Abs(amount) < decimal.MaxValue / factor
            ? new Usd(amount * factor)
            : Parsed<Usd>.Refused($"{Quote(text)} is too large");
    }

    private static Parsed<TimeSpan> Ticks(string text, NumberParts parts, long ticksPerUnit) => parts.Times(0).Then(count =>
        Math.Abs(count) * ticksPerUnit < long.MaxValue
            ? new TimeSpan((long)Math.Round(count * ticksPerUnit))
            : Parsed<TimeSpan>.Refused($"{Quote(text)} is too long"));

    private static Parsed<int> Multiple(string text, string unit) => Array.IndexOf(Multiples, unit == "K" ? "k" : unit) switch
    {
        >= 0 and var index => 3 * index,
        _ when unit == "m" => Parsed<int>.Refused($"{Quote(text)} is ambiguous: a million is written M"),
        _ when unit == "G" => Parsed<int>.Refused($"{Quote(text)} is ambiguous: a billion is written B"),
        _ => Parsed<int>.Refused($"{Quote(text)} is not a number: after the digits only k, M, B or T may stand"),
    };

    private static Parsed<NumberParts> Split(string text)
    {
        var match = NumberAndUnit().Match(text);
        return match.Success
            ? new NumberParts(text, match.Groups["digits"].Value, match.Groups["unit"].Value)
            : Parsed<NumberParts>.Refused($"{Quote(text)} {WhyNoNumber(text)}");
    }

    private static string WhyNoNumber(string text) => text switch
    {
        _ when text.Trim().TrimStart('-', '+', '.').ToLowerInvariant() is "nan" or "inf" or "infinity" => "is not a finite number",
        _ when LeadingZero().IsMatch(text) => "begins with a zero, which other tools read as octal: leave it out",
        _ when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) => "is hexadecimal: write it in decimal",
        _ when BarePoint().IsMatch(text) => "is not a number: write digits before and after the point, as 0.5",
        _ when text.Any(char.IsAsciiDigit) && text.Any(letter => letter is ',' or '_' or '\'') =>
            "is not a number: write it without thousands separators, and decimals with a point",
        _ => "is not a number",
    };

    [GeneratedRegex(@"^(?<digits>-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?) ?(?<unit>[A-Za-z%]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberAndUnit();

    [GeneratedRegex(@"^-?(\.[0-9]+|[0-9]+\.)([^0-9.]|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex BarePoint();

    [GeneratedRegex(@"^[+-]?0[0-9_]", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingZero();

    /// <summary>A text cut into its digits (with sign, point and exponent) and its unit.</summary>
    private readonly record struct NumberParts(string Text, string Digits, string Unit)
    {
        /// <summary>The number times a power of ten, rounded once: the digits and the power go through one conversion.</summary>
        public Parsed<double> Times(int exponent)
        {
            var split = Digits.Split('e', 'E');
            var written = 0;
            var valid = split.Length == 1 || int.TryParse(split[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out written);
            var value = valid && Math.Abs((long)written) < 1_000
                ? double.Parse(string.Create(CultureInfo.InvariantCulture, $"{split[0]}e{written + exponent}"), CultureInfo.InvariantCulture)
                : double.PositiveInfinity;
            return double.IsFinite(value) && (value != 0 || split[0].All(letter => letter is '0' or '.' or '-'))
                ? value
                : Parsed<double>.Refused($"{Quote(Text)} is beyond what a number can hold");
        }
    }
}
