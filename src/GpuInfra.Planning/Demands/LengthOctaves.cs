using System.Collections.Immutable;

namespace GpuInfra.Planning.Demands;

/// <summary>Requests as a table: prompts by octave of inputs, answers by octave of outputs.</summary>
/// <param name="Prompts">Prompts: their share of all requests, and their mean input tokens.</param>
/// <param name="Answers">Answers.</param>
internal sealed record LengthOctaves(ImmutableArray<(double Share, double InputTokens)> Prompts, ImmutableArray<LengthOctaves.Answer> Answers)
{
    /// <summary>The table of some classes.</summary>
    public static LengthOctaves Of(ImmutableArray<LengthClass> classes)
    {
        var prompts = classes.GroupBy(one => LengthClasses.OctaveOf(one.InputTokens)).OrderBy(group => group.Key).ToList();
        var answers = classes.GroupBy(one => LengthClasses.OctaveOf(one.OutputTokens)).OrderBy(group => group.Key);
        return new LengthOctaves(
            [.. prompts.Select(group => (group.Sum(one => one.Share), group.Sum(one => one.Share * one.InputTokens) / group.Sum(one => one.Share)))],
            [.. answers.Select(group => new Answer(
                group.Sum(one => one.Share * one.OutputTokens) / group.Sum(one => one.Share),
                [.. prompts.Select(prompt => group.Where(one => LengthClasses.OctaveOf(one.InputTokens) == prompt.Key).Sum(one => one.Share))]))]);
    }

    /// <summary>Requests whose outputs are about alike.</summary>
    /// <param name="OutputTokens">Their mean.</param>
    /// <param name="Shares">By prompt, their shares of all requests.</param>
    public sealed record Answer(double OutputTokens, ImmutableArray<double> Shares);
}
