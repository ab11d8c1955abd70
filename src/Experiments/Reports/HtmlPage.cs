using System.Net;
using System.Reflection;
using System.Text;

namespace MlNetSer.Experiments;

/// <summary>Writes one HTML file that needs no other: style and pictures are inside.</summary>
internal sealed class HtmlPage(string title)
{
    private readonly StringBuilder _body = new();

    public void Section(string heading) => _body.Append("<h2>").Append(Escaped(heading)).Append("</h2>\n");

    public void Subsection(string heading) => _body.Append("<h3>").Append(Escaped(heading)).Append("</h3>\n");

    public void Text(string text) => _body.Append("<p>").Append(Escaped(text)).Append("</p>\n");

    public void Facts(IEnumerable<(string Name, string Value)> facts)
    {
        _body.Append("<dl>\n");
        foreach (var (name, value) in facts)
            _body.Append("<dt>").Append(Escaped(name)).Append("</dt><dd>").Append(Escaped(value)).Append("</dd>\n");
        _body.Append("</dl>\n");
    }

    public void Table(TextTable table)
    {
        _body.Append("<div class=\"wide\"><table><thead><tr>");
        foreach (var column in table.Columns)
            _body.Append("<th>").Append(Escaped(column)).Append("</th>");
        _body.Append("</tr></thead><tbody>\n");
        foreach (var row in table.Rows)
            _body.Append("<tr><td>").AppendJoin("</td><td>", row.Select(Escaped)).Append("</td></tr>\n");
        _body.Append("</tbody></table></div>\n");
    }

    /// <summary>An image as a file in the text, since the names inside one SVG would meet those of another.</summary>
    public void Picture(Figure figure, string description)
        => _body.Append("<img alt=\"").Append(Escaped(description)).Append("\" src=\"data:image/svg+xml;base64,")
        .Append(Convert.ToBase64String(figure.SvgBytes())).Append("\">\n");

    public override string ToString() => $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Escaped(title)}</title>"
        + $"<meta name=\"viewport\" content=\"width=device-width, "
        + $"initial-scale=1\"><style>\n{Style()}</style></head>\n<body><h1>{Escaped(title)}</h1>\n{_body}</body></html>\n";

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private static string Style()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("report.css")!);
        return reader.ReadToEnd();
    }
}
