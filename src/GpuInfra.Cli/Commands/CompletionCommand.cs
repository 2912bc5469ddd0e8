using System.CommandLine;

namespace GpuInfra.Cli.Commands;

/// <summary><c>gpuinfra completion</c>: scripts that have shells complete commands, options and the project's stacks by asking the program itself.</summary>
internal static class CompletionCommand
{
    private const string Description = """
        Print a script that has a shell complete gpuinfra's commands, options and stacks

        Examples:
          gpuinfra completion bash >> ~/.bashrc
          gpuinfra completion zsh >> ~/.zshrc
          gpuinfra completion fish > ~/.config/fish/completions/gpuinfra.fish
          gpuinfra completion pwsh >> $PROFILE
        """;

    private const string Bash = """
        _gpuinfra() {
            local line="${COMP_LINE#* }" IFS=$'\n'
            COMPREPLY=($(compgen -W "$(gpuinfra "[suggest:$((COMP_POINT - ${#COMP_LINE} + ${#line}))]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _gpuinfra gpuinfra
        """;

    private const string Zsh = """
        _gpuinfra() {
            local line="${BUFFER#* }"
            local -a found=("${(f)$(gpuinfra "[suggest:$((CURSOR - ${#BUFFER} + ${#line}))]" "$line" 2>/dev/null)}")
            compadd -a found || _files
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
        compdef _gpuinfra gpuinfra
        """;

    private const string Fish = """
        function __gpuinfra_complete
            set --local line (string replace --regex '^\S+\s*' '' (commandline --cut-at-cursor))
            gpuinfra "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete --command gpuinfra --arguments '(__gpuinfra_complete)'
        """;

    private const string Pwsh = """
        Register-ArgumentCompleter -Native -CommandName gpuinfra -ScriptBlock {
            param($word, $tree, $position)
            $line = $tree.ToString() -replace '^\S+\s*', ''
            gpuinfra "[suggest:$($position - $tree.ToString().Length + $line.Length)]" $line 2>$null |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }
        """;

    public static Command Create(AppConsole console)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", Description) { shell };
        command.SetAction(parsed =>
        {
            console.Out.WriteLine(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Pwsh,
            });
            return ExitCode.Done;
        });
        return command;
    }
}
