using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>One of a few words.</summary>
/// <param name="Word">The word as plans write it.</param>
/// <param name="Value">What it means.</param>
/// <param name="NotYet">Why it cannot be used yet although it is in the vocabulary; null when it can.</param>
internal sealed record Choice<T>(string Word, T Value, string? NotYet = null);

/// <summary>A value that is one of a few words.</summary>
internal sealed class ChoiceValue<T>(params Choice<T>[] choices) : PlanValue<T>
{
    private readonly ImmutableArray<Choice<T>> _choices = [.. choices];

    public override bool TryRead(Cursor at, out T value)
    {
        value = default!;
        if (at.Node is not ScalarNode { IsNull: false } scalar)
        {
            return at.Refuse($"must be one of {Words}");
        }

        var choice = _choices.FirstOrDefault(candidate => candidate.Word == scalar.Text);
        if (choice is null)
        {
            var suggestion = Suggestion.DidYouMean(scalar.Text, _choices.Select(candidate => candidate.Word));
            return at.Refuse($"{HumanUnits.Quote(scalar.Text)} is not one of {Words}{suggestion}");
        }

        value = choice.Value;
        return choice.NotYet is not { } reason || at.Refuse(reason);
    }

    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. _choices.Select(choice => JsonValue.Create(choice.Word))]) };

    public override string? Show(T value) =>
        _choices.FirstOrDefault(choice => EqualityComparer<T>.Default.Equals(choice.Value, value))?.Word;

    private string Words => string.Join(", ", _choices.Select(choice => choice.Word));
}
