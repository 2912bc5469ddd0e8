using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace GpuInfra.Planning.Tests.Plans;

/// <summary>The files of a stack's plan after an accident.</summary>
/// <param name="File">The plan's file.</param>
/// <param name="Files">It and what it extends.</param>
internal sealed record DamagedPlan(string File, ImmutableDictionary<string, byte[]> Files)
{
    public override string ToString() => string.Join('\n', Files.Select(file => $"=== {file.Key}\n{Encoding.UTF8.GetString(file.Value)}"));
}

/// <summary>Accidents that happen to plans: keys dropped, doubled, retyped, values out of range, cut files, odd letters, deep nesting.</summary>
internal static partial class DamagedPlans
{
    private const int MostAccidents = 3;
    private static readonly string[] Stacks = ["dev", "staging", "prod"];

    private static readonly string[] Values =
    [
        "-1", "0", "0%", "100%", "101%", "1e309", "-0", "NaN", "1T", "999999999999", "0.0000001", "0x1F", "010", "1,5", "null", "~", "true", "yes",
        "[]", "{}", "[a, b]", "{ a: b }", "\"\"", "''", "\"7\"", "2026-13", "9999-12", "2026-12", "25:00", "\"00:00\"", "Mon-Mon", "Mars/Base", "$0", "$1",
        "$1B", "$-5", "1ms", "24h", "8760h", "1s", "p0", "p99", "online", "batch", "embedding", "spot", "prod", "dev", "fp4", "int8", "fp16", "middle",
        "mixtral-8x7b", "llama-3.3-70b", "bge-large", "azure-code-2023", "us-west-2", "europe-west4", "us-east-1", "base.plan.yaml", "../x.yaml",
        "prod.plan.yaml", "CON", "-", "*x", "&x y", "!t y", "| x", "%", "@", "1", "2", "16", "61", "128000", "1M", "40", "a", "A",
    ];

    private static readonly string[] Letters =
        ["\u200B", "\u202E", "\uFEFF", "é", "e\u0301", "\u00A0", "\u2028", "𝟙", "٣", "😀", "\0", "\u001B", "\u0085", "\uFFFF", "\r", "\t", "ß", "İ"];

    private static readonly Func<string, int, int, string>[] Accidents =
        [DropLine, DoubleLine, SwapLines, Revalue, Revalue, Revalue, Revalue, Rename, DropItem, Letter, Nest, Indent, Extreme, Extreme, Strain];

    /// <summary>A stack's plan after one to three accidents.</summary>
    public static Gen<DamagedPlan> Any { get; } =
        from stack in Gen.Elements(Stacks)
        from inBase in Gen.Elements(true, false, false)
        from count in Gen.Choose(1, MostAccidents)
        from accidents in Gen.Choose(0, int.MaxValue - 1).Two().ArrayOf(count)
        from kinds in Gen.Choose(0, Accidents.Length - 1).ArrayOf(count)
        from cut in Gen.Frequency((14, Gen.Constant(-1)), (1, Gen.Choose(0, 4_000)))
        select Damage(stack, inBase, [.. kinds.Zip(accidents, (kind, at) => new Accident(Accidents[kind], at.Item1, at.Item2))], cut);

    private sealed record Accident(Func<string, int, int, string> Change, int At, int With);

    private static DamagedPlan Damage(string stack, bool inBase, ImmutableArray<Accident> accidents, int cut)
    {
        var plan = $"{stack}.plan.yaml";
        var files = new[] { plan, "base.plan.yaml" }.ToImmutableDictionary(
            file => file, file => File.ReadAllBytes(Path.Combine(Repository.Root, "stacks", file)));

        // Files beside a plan are read from disk only: with its ledger, every plan of production would be refused before it is planned.
        files = files.SetItem(plan, Encoding.UTF8.GetBytes(Ledger().Replace(Encoding.UTF8.GetString(files[plan]), "")));
        var damaged = inBase ? "base.plan.yaml" : plan;
        var text = accidents.Aggregate(Encoding.UTF8.GetString(files[damaged]), (text, accident) => accident.Change(text, accident.At, accident.With));
        var bytes = Encoding.UTF8.GetBytes(text);
        if (cut >= 0)
        {
            bytes = cut % 2 == 0 ? bytes[..Math.Min(cut, bytes.Length)] : [.. bytes[..Math.Min(cut, bytes.Length)], 0xC3, .. bytes[Math.Min(cut, bytes.Length)..]];
        }

        return new DamagedPlan(plan, files.SetItem(damaged, bytes));
    }

    private static string DropLine(string text, int at, int with) => Lines(text, lines => lines.RemoveAt(at % lines.Count));

    private static string DoubleLine(string text, int at, int with) =>
        Lines(text, lines => lines.Insert(with % lines.Count, lines[at % lines.Count]));

    private static string SwapLines(string text, int at, int with) => Lines(text, lines =>
        (lines[at % lines.Count], lines[with % lines.Count]) = (lines[with % lines.Count], lines[at % lines.Count]));

    private static string Indent(string text, int at, int with) => Lines(text, lines =>
        lines[at % lines.Count] = with % 2 == 0 ? "  " + lines[at % lines.Count] : lines[at % lines.Count].TrimStart());

    private static string Revalue(string text, int at, int with) => Replace(Value(), text, at, _ => Values[with % Values.Length]);

    private static string Extreme(string text, int at, int with) => Replace(Number(), text, at, number =>
        (with % 5) switch
        {
            0 => "0",
            1 => "-" + number,
            2 => number + "000000000000",
            3 => double.Parse(number, CultureInfo.InvariantCulture).ToString("E1", CultureInfo.InvariantCulture),
            _ => number + ".5",
        });

    private static string Strain(string text, int at, int with) => Replace(Promise(), text, at, _ => with % 2 == 0 ? "1ms" : "10ms");

    private static string Rename(string text, int at, int with) => Replace(Key(), text, at, key =>
        (with % 4) switch { 0 => key + "s", 1 => key[1..], 2 => key.ToUpperInvariant(), _ => "name" });

    private static string DropItem(string text, int at, int with) => Replace(Item(), text, at, _ => "");

    private static string Letter(string text, int at, int with) => text.Insert(at % (text.Length + 1), Letters[with % Letters.Length]);

    private static string Nest(string text, int at, int with)
    {
        var depth = with % 2 == 0 ? 1 + (with % 30) : 5_000;
        return Replace(Value(), text, at, value =>
            string.Concat(Enumerable.Repeat("[", depth)) + value + string.Concat(Enumerable.Repeat("]", with % 3 == 0 ? depth - 1 : depth)));
    }

    private static string Lines(string text, Action<List<string>> change)
    {
        List<string> lines = [.. text.Split('\n')];
        change(lines);
        return string.Join('\n', lines);
    }

    private static string Replace(Regex part, string text, int at, Func<string, string> replacement)
    {
        var matches = part.Matches(text);
        if (matches.Count == 0)
        {
            return text;
        }

        var group = matches[at % matches.Count].Groups["part"];
        return text[..group.Index] + replacement(group.Value) + text[(group.Index + group.Length)..];
    }

    [GeneratedRegex("^ledger:.*\n", RegexOptions.Multiline)]
    private static partial Regex Ledger();

    [GeneratedRegex(@"[A-Za-z]: (?<part>""[^""]*""|[^\s\[\]{},#]+)")]
    private static partial Regex Value();

    [GeneratedRegex(@"(?<part>[A-Za-z]+): ")]
    private static partial Regex Key();

    [GeneratedRegex(@"(?<part>[A-Za-z]+: (""[^""]*""|[^\s\[\]{},#]+), )")]
    private static partial Regex Item();

    [GeneratedRegex(@"time[A-Za-z]+: (?<part>[0-9]+m?s)")]
    private static partial Regex Promise();

    [GeneratedRegex(@"(?<![\w-])(?<part>[0-9]+(\.[0-9]+)?)")]
    private static partial Regex Number();
}
