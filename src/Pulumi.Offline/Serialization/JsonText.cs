using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pulumi.Offline;

namespace Pulumi.Serialization;

/// <summary>
/// Property values as the JSON text that providers take their nested configuration in: spaced as the official SDK's formatter
/// spaces it, so that a recorded text is the one that would be sent.
/// </summary>
internal static class JsonText
{
    /// <summary>The text; unknown when any part of the value is, secret when any part is.</summary>
    public static PropertyValue Of(PropertyValue value)
    {
        var plain = value.Unwrap(out var isKnown, out var isSecret);
        var text = isKnown ? new PropertyValue.Text(Write(plain)) : PropertyValue.UnknownValue;
        return isSecret ? new PropertyValue.Secret(text) : text;
    }

    private static string Write(PropertyValue value)
    {
        var text = new StringBuilder();
        Write(text, value);
        return text.ToString();
    }

    private static void Write(StringBuilder text, PropertyValue value)
    {
        switch (value)
        {
            case PropertyValue.Bool { Value: var flag }:
                text.Append(flag ? "true" : "false");
                break;
            case PropertyValue.Number { Value: var number }:
                text.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case PropertyValue.Text { Value: var words }:
                text.Append(Quote(words));
                break;
            case PropertyValue.ResourceReference { Urn: var urn }:
                text.Append(Quote(urn));
                break;
            case PropertyValue.List { Items: var items }:
                text.Append("[ ").AppendJoin(", ", items.Select(Write)).Append(items.IsEmpty ? "]" : " ]");
                break;
            case PropertyValue.Map { Members: var members }:
                text.Append("{ ");
                text.AppendJoin(", ", members.Select(member => $"{Quote(member.Key)}: {Write(member.Value)}"));
                text.Append(members.IsEmpty ? "}" : " }");
                break;
            default:
                text.Append("null");
                break;
        }
    }

    private static string Quote(string words)
    {
        var escaped = JsonEncodedText.Encode(words, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;
        return $"\"{escaped.Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal)}\"";
    }
}
