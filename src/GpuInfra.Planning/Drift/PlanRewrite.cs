using System.Collections.Immutable;
using System.Text;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using GpuInfra.Planning.Plans.Reading;

namespace GpuInfra.Planning.Drift;

/// <summary>Changes plans' files where their values are written, and no other byte of them.</summary>
public static class PlanRewrite
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>
    /// The texts of a plan's files with some changes and nothing else: every other byte stays, comments too. A value is changed where it was written, in
    /// the plan or in a file that it extends; a key that is not there yet is written behind its neighbours.
    /// </summary>
    /// <param name="path">The plan file.</param>
    /// <param name="catalog">The models, regions and profiles that the plan may name.</param>
    /// <param name="changes">The changes, each of another value.</param>
    /// <returns>Files that change, with their new texts.</returns>
    /// <exception cref="PlanException">The plan cannot be read before or after it, or a value cannot be changed by a program.</exception>
    public static ImmutableSortedDictionary<string, string> Of(string path, Catalog catalog, ImmutableArray<PlanChange> changes)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var reading = new PlanReading(catalog, readsFiles: true);
        var root = Inheritance.Resolve(path, Kept, reading);
        reading.ThrowIfRefused();
        var rewritten = Rewritten(root!, path, texts, changes);
        var after = PlanFile.Load(path, (file, again) => rewritten.GetValueOrDefault(file) ?? PlanText.Read(file, again), catalog);
        return PlanFingerprint.Of(after, "") == PlanFingerprint.Of(PlanFile.Load(path, catalog, changes.Select(change => change.ToString())), "")
            ? rewritten.ToImmutableSortedDictionary(file => file.Key, file => HasMark(file.Key) ? ByteOrderMark + file.Value : file.Value, StringComparer.Ordinal)
            : throw new InvalidOperationException($"Rewriting {path} would change its meaning otherwise than {string.Join(", ", changes)}.");

        string? Kept(string file)
        {
            var text = PlanText.Read(file, reading);
            if (text is not null)
            {
                texts[file] = text;
            }

            return text;
        }
    }

    /// <summary>The text of a file beside a plan, as its ledger, with some changes and nothing else.</summary>
    /// <param name="file">The file.</param>
    /// <param name="catalog">The models, regions and profiles that plans may name.</param>
    /// <param name="changes">The changes, each of another value.</param>
    /// <exception cref="PlanException">The file cannot be read, or a value cannot be changed by a program.</exception>
    public static string Beside(string file, Catalog catalog, ImmutableArray<PlanChange> changes)
    {
        var reading = new PlanReading(catalog);
        var text = PlanText.Read(file, reading);
        var root = text is null ? null : YamlTree.Read(text, file, reading);
        reading.ThrowIfRefused();
        var rewritten = Rewritten(root!, file, new Dictionary<string, string>(StringComparer.Ordinal) { [file] = text! }, changes)[file];
        return HasMark(file) ? ByteOrderMark + rewritten : rewritten;
    }

    private static ImmutableSortedDictionary<string, string> Rewritten(MapNode root, string path, Dictionary<string, string> texts, ImmutableArray<PlanChange> changes)
    {
        var places = changes.Select(change => (change, Place: PlanPlace.Of(root, change, texts))).ToList();
        if (places.Where(item => item.Place is null).Select(item => item.change).ToList() is { Count: > 0 } lost)
        {
            throw new PlanException(lost.Select(change => new PlanProblem(path, 0, 0, change.Path, $"is not written in a way that a program can change: write {change.Value} there by hand")));
        }

        return places.GroupBy(item => item.Place!.File).ToImmutableSortedDictionary(
            file => file.Key,
            file => file.OrderByDescending(item => item.Place!.Offset).Aggregate(
                texts[file.Key], (text, item) => text.Remove(item.Place!.Offset, item.Place.Length).Insert(item.Place.Offset, item.Place.Text)),
            StringComparer.Ordinal);
    }

    private static bool HasMark(string file)
    {
        using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), detectEncodingFromByteOrderMarks: false);
        return reader.Peek() == ByteOrderMark;
    }
}
