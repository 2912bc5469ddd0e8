using System.Collections.Immutable;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>A piece of a plan file, as written, with its place. Nothing is converted yet.</summary>
internal abstract record PlanNode(string File, int Line, int Column);

/// <summary>A single value: its text, and whether it was written in quotes or as a block.</summary>
internal sealed record ScalarNode(string File, int Line, int Column, string Text, bool Quoted) : PlanNode(File, Line, Column)
{
    /// <summary>True for nothing at all, <c>~</c> and <c>null</c>.</summary>
    public bool IsNull => !Quoted && Text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
internal sealed record ListNode(string File, int Line, int Column, ImmutableArray<PlanNode> Items) : PlanNode(File, Line, Column);

/// <summary>Keys and their values, in the order written; every key occurs once.</summary>
internal sealed record MapNode(string File, int Line, int Column, ImmutableArray<MapEntry> Entries) : PlanNode(File, Line, Column)
{
    /// <summary>The value of a key; null when the key is absent.</summary>
    public PlanNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

/// <summary>A key and its value.</summary>
internal sealed record MapEntry(ScalarNode Key, PlanNode Value);
