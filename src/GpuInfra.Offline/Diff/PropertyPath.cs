using System.Collections.Immutable;
using System.Text;

namespace GpuInfra.Offline.Diff;

/// <summary>Where a property stands in a resource's inputs, as <c>disks[0].labels["a.b"]</c>.</summary>
public sealed record PropertyPath
{
    private PropertyPath(ImmutableArray<string> steps, string text) => (Steps, Text) = (steps, text);

    /// <summary>The inputs as a whole.</summary>
    public static PropertyPath Root { get; } = new([], "");

    /// <summary>The path as people read it.</summary>
    public string Text { get; }

    /// <summary>Names of members, and <c>[3]</c> for items of lists.</summary>
    internal ImmutableArray<string> Steps { get; }

    /// <summary>The top-level property.</summary>
    internal string Property => Steps.IsEmpty ? "" : Steps[0];

    internal PropertyPath Member(string name) => new(
        Steps.Add(name),
        !IsPlain(name) ? $"{Text}[\"{name}\"]" : Text.Length == 0 ? name : $"{Text}.{name}");

    internal PropertyPath Item(int index) => new(Steps.Add($"[{index}]"), $"{Text}[{index}]");

    /// <summary>Whether this is the pattern's place or inside it.</summary>
    internal bool IsWithin(ImmutableArray<string> pattern) =>
        pattern.Length <= Steps.Length && pattern.Zip(Steps).All(pair => Fits(pair.First, pair.Second));

    /// <summary>Whether this is the pattern's place.</summary>
    internal bool Is(ImmutableArray<string> pattern) => pattern.Length == Steps.Length && IsWithin(pattern);

    /// <summary>
    /// The steps of a pattern: <c>a.b</c>, <c>a["b.c"]</c>, <c>a[0]</c>; <c>[]</c> or <c>[*]</c> is any item, <c>*</c> anything.
    /// </summary>
    internal static ImmutableArray<string> Pattern(string text)
    {
        var steps = ImmutableArray.CreateBuilder<string>();
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                Flush();
            }
            else if (text[i] == '[' && text.IndexOf(']', i) is var end and > 0)
            {
                Flush();
                var inside = text[(i + 1)..end];
                steps.Add(inside.Length > 1 && inside[0] == '"' ? inside.Trim('"') : inside is "" or "*" ? "[]" : $"[{inside}]");
                i = end;
            }
            else
            {
                name.Append(text[i]);
            }
        }

        Flush();
        return steps.ToImmutable();

        void Flush()
        {
            if (name.Length > 0)
            {
                steps.Add(name.ToString());
                name.Clear();
            }
        }
    }

    private static bool Fits(string pattern, string step) =>
        pattern == step || pattern == "*" || (pattern == "[]" && step.StartsWith('['));

    private static bool IsPlain(string name) =>
        name.Length > 0 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '/' or ':');
}
