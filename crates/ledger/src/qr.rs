//! QR codes (ISO/IEC 18004) as SVG that needs neither styles nor scripts.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

use crate::refusal::Refusal;

/// Modules of empty space that the standard demands around the symbol.
const QUIET: usize = 4;

/// The symbol of a text at error correction level M, as an inline SVG image. `label` is what a screen reader says.
///
/// # Errors
/// `PQ-QR-001` when no symbol is large enough.
pub fn qr_svg(text: &str, label: &str) -> Result<String, Refusal> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| {
        Refusal::new("PQ-QR-001", "内容过长，无法放入一个二维码", "the content is too long for one QR code")
    })?;
    let side = code.width() + 2 * QUIET;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{}\" \
         shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path fill=\"#000\" d=\"",
        escaped(label)
    );
    for (row, modules) in code.to_colors().chunks(code.width()).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                // Writing to a string cannot fail.
                let _ = write!(svg, "M{} {}h{}v1h-{}z", column + QUIET, row + QUIET, run.len(), run.len());
            }
            column += run.len();
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}
