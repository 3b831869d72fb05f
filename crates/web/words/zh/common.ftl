# 各页共用：时间、时长、页面框架、状态与按钮。

-brand = Pratique

time-month = { $month }月
time-weekday = { $weekday ->
    [1] 周一
    [2] 周二
    [3] 周三
    [4] 周四
    [5] 周五
    [6] 周六
   *[7] 周日
}
time-at = { time-month }{ $day }日 { $clock }
time-at-year = { $year }年{ time-month }{ $day }日 { $clock }
time-date = { time-month }{ $day }日
time-date-year = { $year }年{ time-month }{ $day }日
time-full = { time-month }{ $day }日（{ time-weekday }）{ $clock }（{ $zone }）
time-full-year = { $year }年{ time-month }{ $day }日（{ time-weekday }）{ $clock }（{ $zone }）
time-now = 现在
time-in = { $span }后
time-ago = { $span }前
time-left = 剩 { $span }
time-overdue = 超时 { $span }
span-days = { $n } 天
span-hours = { $n } 小时
span-minutes = { $n } 分钟
span-moment = 不足 1 分钟
list-comma = 、
clause-comma = ，

skip = 跳到正文
nav = 主菜单
nav-today = 今日待办
nav-calls = 船舶航次
nav-ships = 船舶
nav-companies = 企业
nav-queue = 待办
nav-board = 总览
nav-account = 账户
nav-verify = 验证许可证
nav-status = 运行状态
language-name-en = English
language-name-zh = 中文
sign-in = 登录
sign-out = 退出
sample-port = 示例口岸：企业、船舶与人员均为虚构。
crumbs = 当前位置
pages = 翻页
pages-previous = 上一页
pages-next = 下一页
errors-prefix = 有错误：
errors-title = 有 { $n } 处需要改正
errors-help = 可咨询：
diff-field = 项目
diff-before = 原来
diff-after = 现在
diff-nothing = 无
news-one = 有 1 条新内容，点此查看
news-more = 有 { $n } 条新内容，点此查看
news-lost = 实时更新已中断，请刷新查看。
foot-times = 所有时间均为口岸当地时间（{ $zone }）。
foot-drawn = 更新于 { $clock }。
foot-refresh = 刷新
foot-help = 口岸服务热线 95198
expiry-words = 为保障安全，系统将自动退出，时间：
expiry-gone = 已退出登录。您填写的内容已存为草稿，重新登录后可继续。
expiry-extend = 继续使用
language-keep-zh = 用中文填写（保留已填内容）
language-keep-en = Go on in English (keeps what you typed)
