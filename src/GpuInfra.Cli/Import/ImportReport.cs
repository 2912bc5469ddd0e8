using System.Collections.Immutable;
using System.Globalization;
using GpuInfra.Cli.Reports;
using GpuInfra.Planning;

namespace GpuInfra.Cli.Import;

/// <summary>What an import moved, for people and as JSON.</summary>
internal static class ImportReport
{
    /// <summary>Lines of a list that are shown; the JSON has all.</summary>
    private const int Shown = 20;

    public static IEnumerable<Block> Of(ImportChanges changes)
    {
        yield return new Block.Paragraph(
            $"{Format.Count(changes.Files.Length)} data files. Against the catalog: {Format.Count(changes.Added.Length)} prices added, "
            + $"{Format.Count(changes.Removed.Length)} removed, {Format.Count(changes.Moved.Length)} moved.");
        foreach (var (title, lines) in new[] { ("Added", changes.Added), ("Removed", changes.Removed), ("Left out or to be checked", changes.Notes) })
        {
            if (!lines.IsEmpty)
            {
                yield return new Block.Heading($"{title} ({Format.Count(lines.Length)})");
                yield return new Block.Items([.. First(lines).Select(line => new Cell(line))]);
            }
        }

        if (!changes.Moved.IsEmpty)
        {
            yield return new Block.Heading($"Moved ({Format.Count(changes.Moved.Length)})");
            yield return new Block.Grid(
                [new("Price"), new("Before $", true), new("After $", true), new("Change", true)],
                [
                    .. changes.Moved.OrderByDescending(move => Math.Abs(move.Percent ?? decimal.MaxValue)).Take(Shown).Select(move => ImmutableArray.Create<Cell>(
                        move.Name, Price(move.Before), Price(move.After), move.Percent is { } percent ? $"{percent.ToString("+0.0;-0.0", CultureInfo.InvariantCulture)} %" : Format.None)),
                ]);
        }
    }

    public static string ToJson(ImportChanges changes) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        foreach (var (name, lines) in new[] { ("files", changes.Files), ("added", changes.Added), ("removed", changes.Removed), ("notes", changes.Notes) })
        {
            json.WriteStartArray(name);
            lines.ToList().ForEach(json.WriteStringValue);
            json.WriteEndArray();
        }

        json.WriteStartArray("moved");
        foreach (var move in changes.Moved)
        {
            json.WriteStartObject();
            json.WriteString("name", move.Name);
            json.WritePropertyName("beforeUsd");
            json.WriteRawValue(JsonRows.Number(move.Before));
            json.WritePropertyName("afterUsd");
            json.WriteRawValue(JsonRows.Number(move.After));
            json.WritePropertyName("percent");
            json.WriteRawValue(JsonRows.Number(move.Percent is { } percent ? decimal.Round(percent, 2) : null));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static IEnumerable<string> First(ImmutableArray<string> lines) =>
        lines.Length <= Shown ? lines : lines.Take(Shown).Append($"and {lines.Length - Shown} more (--json has all)");

    private static string Price(decimal? price) => price is { } known ? JsonRows.Number(known) : Format.None;
}
