//! The words for faults of syntax; codes are those of CONTRL (UNCL 0085) where there is one.

use domain::{Fault, Severity, Text};
use edifact::{FaultKind, SyntaxFault};

/// A fault of syntax as everybody here sees faults.
pub(crate) fn fault(fault: &SyntaxFault) -> Fault {
    let severity = match fault.severity {
        edifact::Severity::Info => Severity::Info,
        edifact::Severity::Warning => Severity::Warning,
        edifact::Severity::Error => Severity::Error,
    };
    let code = fault.code().map_or_else(|| own_code(&fault.kind).to_owned(), |code| code.to_string());
    let text = Text::new(chinese(&fault.kind), sentence(&fault.kind.to_string()));
    Fault::new(severity, &code, fault.place.to_string(), text, remedy(&fault.kind))
}

/// For what CONTRL has no code.
fn own_code(kind: &FaultKind) -> &'static str {
    match kind {
        FaultKind::MissingTerminator => "PQ-SYNTAX-001",
        FaultKind::Tag => "PQ-SYNTAX-002",
        FaultKind::SecondInterchange => "PQ-SYNTAX-003",
        FaultKind::Heading => "PQ-SYNTAX-005",
        FaultKind::EmptySegment => "PQ-SYNTAX-006",
        _ => "PQ-SYNTAX-004",
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>() + ".").unwrap_or_default()
}

fn chinese(kind: &FaultKind) -> String {
    match kind {
        FaultKind::Empty => "没有内容。".to_owned(),
        FaultKind::Missing(what) => format!("缺少 {what}。"),
        FaultKind::UnknownSyntax(id) => format!("语法标识符“{id}”未知。"),
        FaultKind::AirlineSyntax(id) => format!("语法标识符 {id} 是航空公司的，不属于 ISO 9735。"),
        FaultKind::InvalidValue(value) => format!("值“{value}”无效。"),
        FaultKind::ServiceCharacters => "UNA 中的服务字符相互矛盾。".to_owned(),
        FaultKind::Separators => "分隔符与 UNA 或默认值不符，已按 UNB 中所见的读取。".to_owned(),
        FaultKind::EmptySegment => "终止符之间没有段，此处为第一处。".to_owned(),
        FaultKind::Characters { segments } => format!("{segments} 个段含有所声明字符集以外的字符，此处为第一处。"),
        FaultKind::References { header, trailer } => format!("尾段参考号“{trailer}”与头段“{header}”不符。"),
        FaultKind::Count { stated, found } => format!("声明的数量为“{stated}”，实收 {found}。"),
        FaultKind::Mixed => "功能组与组外报文混用。".to_owned(),
        FaultKind::NothingInside => "头段与尾段之间没有内容。".to_owned(),
        FaultKind::Outside => "段位于报文之外。".to_owned(),
        FaultKind::TooLong => format!("段超过 {} 字节。", edifact::MAX_SEGMENT),
        FaultKind::CodeExtension => "不支持 ISO 2022 代码扩充。".to_owned(),
        FaultKind::PackageEnvelope => "不支持数据包（UNO、UNP）。".to_owned(),
        FaultKind::MissingTerminator => "最后一段没有终止符。".to_owned(),
        FaultKind::Tag => "段标签不是三个大写字母或数字。".to_owned(),
        FaultKind::Heading => "已跳过交换之前的电报头。".to_owned(),
        FaultKind::SecondInterchange => "其后还有第二个交换，只读取第一个。".to_owned(),
        FaultKind::TooMany => "其后的问题不再列出。".to_owned(),
    }
}

fn remedy(kind: &FaultKind) -> Text {
    match kind {
        FaultKind::Count { .. } | FaultKind::References { .. } | FaultKind::Missing(_) => Text::new(
            "传输可能不完整：请由系统重新生成并发送整个交换。",
            "The transmission may be incomplete: generate and send the whole interchange again.",
        ),
        FaultKind::AirlineSyntax(_) | FaultKind::UnknownSyntax(_) | FaultKind::CodeExtension => {
            Text::new("请使用 UNOA 至 UNOK 或 UNOY。", "Use one of UNOA to UNOK, or UNOY.")
        }
        FaultKind::Characters { .. } => Text::new(
            "请在 UNB 中声明实际使用的字符集，如 UNOC 或 UNOY。",
            "Declare the character set that is used in UNB, such as UNOC or UNOY.",
        ),
        FaultKind::SecondInterchange => Text::new("请分别发送各个交换。", "Send each interchange on its own."),
        FaultKind::Heading => Text::new("无需处理。", "Nothing to do."),
        FaultKind::TooMany => Text::new("请先更正已列出的问题。", "Mend what is listed first."),
        _ => Text::new("请按 ISO 9735 更正后重新发送。", "Mend it as ISO 9735 prescribes and send it again."),
    }
}
