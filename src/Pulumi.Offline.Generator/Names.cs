using Microsoft.CodeAnalysis.CSharp;

namespace Pulumi.Offline.Generator;

/// <summary>Spelling rules shared by everything that is written.</summary>
internal static class Names
{
    public static string Pascal(string name) =>
        name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name.Substring(1);

    /// <summary>The last part of a token, capitalised: <c>aws:ec2/getAmi:getAmi</c> → <c>GetAmi</c>.</summary>
    public static string OfToken(string token) => Pascal(token.Substring(token.LastIndexOf(':') + 1));

    /// <summary>A wire name as a parameter name, escaped where it is a keyword.</summary>
    public static string Parameter(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    public static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
