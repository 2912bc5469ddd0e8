using System.Collections.Frozen;

namespace GpuInfra.Planning.Catalogs;

/// <summary>The words for precisions, outside plans: published tables and command lines.</summary>
public static class PrecisionNames
{
    private static readonly FrozenDictionary<string, Precision> Aliases = new Dictionary<string, Precision>
    {
        ["float16"] = Precision.Fp16,
        ["half"] = Precision.Fp16,
        ["bfloat16"] = Precision.Bf16,
        ["w8a8"] = Precision.Int8,
        ["w4a16"] = Precision.Int4,
        ["awq"] = Precision.Int4,
        ["gptq"] = Precision.Int4,
        ["nvfp4"] = Precision.Fp4,
    }.Concat(Enum.GetValues<Precision>().Select(precision => KeyValuePair.Create(JsonText.Word(precision), precision)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The words that plans use, in the enumeration's order.</summary>
    public static IEnumerable<string> Words => Enum.GetValues<Precision>().Select(precision => JsonText.Word(precision));

    /// <summary>The precision of a word or alias, whatever its case; null when there is none.</summary>
    public static Precision? Find(string name) => Aliases.TryGetValue(name, out var precision) ? precision : null;
}
